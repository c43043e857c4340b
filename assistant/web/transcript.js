// Runs once for the conversation: clicks on citations and suggested questions become events, new turns come into view.
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-cite], [data-ask]');
  if (!button) return;
  if (button.dataset.ask) {
    trigger('ask', { question: button.dataset.ask });
    return;
  }
  element.querySelectorAll('.open').forEach((other) => other.classList.remove('open'));
  button.classList.add('open');
  window.openedCitation = button;
  trigger('cite', { cite: button.dataset.cite });
});
let shown = 0;
watch('value', () => {
  const turns = element.querySelectorAll('.turn');
  const last = turns[turns.length - 1];
  if (last && (turns.length !== shown || last.querySelector('.answer, .fault'))) {
    last.scrollIntoView({ block: 'start' });
  }
  shown = turns.length;
});
if (window.matchMedia('(min-width: 60.01rem)').matches) {
  document.querySelector('#question textarea')?.focus({ preventScroll: true });
}
