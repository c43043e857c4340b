// Runs once for the conversation: clicks become events, forms become answers, and a new question comes into view once.
const box = () => document.querySelector('#question textarea');
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  const { cite, ask, again, undo, edit } = button.dataset;
  if (cite) {
    element.querySelectorAll('.open').forEach((other) => other.classList.remove('open'));
    button.classList.add('open');
    window.openedCitation = button;
    trigger('cite', { cite });
  } else if (edit) {
    box()?.focus();
  } else if (element.querySelector('.turn.live')) { // one answer at a time
    return;
  } else if (ask) {
    trigger('ask', { question: ask });
  } else if (again) {
    trigger('again', {});
  } else if (undo) {
    trigger('undo', {});
    box()?.focus();
  } else if (button.dataset.export) {
    trigger('export', { kind: button.dataset.export });
  }
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const given = {};
  new FormData(event.target, event.submitter).forEach((value, name) => {
    if (!value.trim()) return;
    const many = event.target.querySelector(`[name="${name}"][type="checkbox"]`);
    given[name] = many ? [...(given[name] ?? []), value] : value;
  });
  if (Object.keys(given).length) trigger('fill', { answers: JSON.stringify(given), turn: event.target.closest('.turn').dataset.turn });
  else event.target.querySelector('input, select')?.focus();
});
// The newest question goes to the top once; while its answer grows nothing moves by itself. A form takes the focus.
let shown = null;
watch('value', () => {
  const turns = element.querySelectorAll('.turn');
  const last = turns[turns.length - 1];
  const now = last ? `${turns.length}:${last.querySelector('.question, .notice')?.textContent}` : null;
  if (last && now !== shown) last.scrollIntoView({ block: 'start' });
  shown = now;
});
// The newest turn fills the view, so that nothing below it has to move when its answer comes.
const wide = window.matchMedia('(min-width: 60.01rem)');
const measure = () => {
  const room = wide.matches ? element.clientHeight : window.innerHeight - (document.querySelector('#composer')?.offsetHeight ?? 0);
  element.style.setProperty('--view', `${Math.max(0, room - 140)}px`);
};
new ResizeObserver(measure).observe(element);
window.addEventListener('resize', measure);
measure();
if (wide.matches) box()?.focus({ preventScroll: true });
