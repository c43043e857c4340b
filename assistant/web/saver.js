// Runs once: a conversation that was made into a file on the server is saved by the browser.
watch('value', () => {
  if (!props.value) return;
  const { name, type, data } = JSON.parse(props.value);
  window.saveFile(name, type, [Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))]);
});
