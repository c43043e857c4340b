// Runs once for the guideline browser: opening a section, searching, closing; the focus follows what was opened.
let shown = '';
const button = () => document.querySelector('#browse-button');
element.addEventListener('submit', (event) => {
  event.preventDefault();
  trigger('find', { query: new FormData(event.target).get('query') });
});
element.addEventListener('click', (event) => {
  const pressed = event.target.closest('button');
  if (pressed?.dataset.section) trigger('read', { section: pressed.dataset.section });
  else if (pressed?.dataset.close) trigger('close', {});
});
element.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && element.querySelector('.browse')) trigger('close', {});
});
const follow = () => {
  const view = element.querySelector('.browse');
  button()?.setAttribute('aria-pressed', String(Boolean(view)));
  const title = view?.querySelector('.section-title');
  const now = view ? title?.textContent ?? 'list' : '';
  if (now === shown) return;
  if (view) (title ?? view.querySelector('.focus-here')).focus();
  else button()?.focus({ preventScroll: true });
  shown = now;
};
new MutationObserver(follow).observe(element, { childList: true, subtree: true });
requestAnimationFrame(follow);
