// Runs once for the result of a calculator: citations, a field that is still needed, and the calendar file.
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.dataset.cite) {
    element.querySelectorAll('.open').forEach((other) => other.classList.remove('open'));
    button.classList.add('open');
    window.openedCitation = button;
    trigger('cite', { cite: button.dataset.cite });
  } else if (button.dataset.goto) {
    const field = document.querySelector(`#desk [data-name="${CSS.escape(button.dataset.goto)}"]`)
      ?? document.querySelector(`#desk [name="${CSS.escape(button.dataset.goto)}"]`);
    const goal = field?.matches('input, select') ? field : field?.querySelector('input, select');
    goal?.focus();
  } else if (button.dataset.calendar) {
    const text = element.querySelector('.calendar-text').textContent;
    const file = new Blob([text.replace(/\r?\n/g, '\r\n')], { type: 'text/calendar' });
    const save = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: 'schedule.ics' });
    save.click();
    URL.revokeObjectURL(save.href);
  }
});
watch('value', () => {
  const worked = element.querySelector('.worked');
  if (worked) worked.scrollIntoView({ block: 'nearest' });
});
