// Runs once in the head: copying and saving a text that stands beside its button, wherever on the page.
(() => {
  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no clipboard without https: the old way
      const area = Object.assign(document.createElement('textarea'), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
  };
  window.saveFile = (name, type, parts) => {
    const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob(parts, { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy], [data-save]');
    if (!button) return;
    const place = button.closest('.turn, .report');
    const text = place.querySelector(button.dataset.copy ?? button.dataset.save).textContent;
    if (button.dataset.save) {
      window.saveFile(button.dataset.name, 'text/plain;charset=utf-8', [text]);
      return;
    }
    await copied(text);
    const before = button.textContent;
    button.textContent = button.dataset.done;
    button.focus();
    setTimeout(() => { button.textContent = before; }, 2500);
  });
})();
