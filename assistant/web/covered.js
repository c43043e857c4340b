// Runs once for the view of what is covered: opening moves the focus to its heading; closing gives back focus and place.
const opener = () => document.querySelector('#covered-button');
const conversation = () => document.querySelector('#transcript');
let shown = false;
let place = { page: 0, conversation: 0 };
document.addEventListener('click', (event) => {
  if (shown || !event.target.closest('#covered-button')) return;
  place = { page: window.scrollY, conversation: conversation()?.scrollTop ?? 0 };
}, true);
const follow = () => {
  const open = Boolean(element.querySelector('.covered'));
  if (open && !shown) {
    element.scrollTop = 0;
    window.scrollTo(0, 0);
    element.querySelector('.focus-here').focus({ preventScroll: true });
  } else if (!open && shown) {
    if (conversation()?.querySelector('.turn')) {
      window.scrollTo(0, place.page);
      conversation().scrollTop = place.conversation;
    }
    opener()?.focus({ preventScroll: true });
  }
  opener()?.setAttribute('aria-pressed', String(open));
  shown = open;
};
new MutationObserver(follow).observe(element, { childList: true, subtree: true });
requestAnimationFrame(follow); // by then the button is there
element.addEventListener('click', (event) => {
  if (event.target.closest('[data-close]')) {
    trigger('close', {});
    return;
  }
  const goal = event.target.closest('a[href^="#"]');
  const target = goal && element.querySelector(`[id="${goal.getAttribute('href').slice(1)}"]`);
  if (!target) return;
  event.preventDefault();
  if (!target.hasAttribute('tabindex')) target.setAttribute('tabindex', '-1');
  target.scrollIntoView({ block: 'start' });
  target.focus({ preventScroll: true });
});
element.addEventListener('keydown', (event) => event.key === 'Escape' && shown && trigger('close', {}));
