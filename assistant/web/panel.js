// Runs once for the citation panel: the passage comes into view and takes the focus; closing gives the focus back.
watch('value', () => {
  const heading = element.querySelector('.focus-here');
  if (!heading) {
    giveBack();
    return;
  }
  heading.focus({ preventScroll: true });
  if (window.matchMedia('(max-width: 60rem)').matches) element.closest('#side').scrollIntoView({ block: 'start' });
  element.querySelectorAll('.body').forEach((body) => {
    const hit = body.querySelector('.hit');
    if (!hit) return;
    const below = hit.getBoundingClientRect().top - body.getBoundingClientRect().top;
    body.scrollTop += below - Math.max(0, (body.clientHeight - hit.offsetHeight) / 2);
  });
});
// The passage can be drawn again between closing and the answer of the server, so the focus goes back when it is gone.
function giveBack() {
  const opened = window.openedCitation;
  if (!window.closingCitation) return;
  window.closingCitation = false;
  if (!opened?.isConnected) return;
  opened.classList.remove('open');
  opened.focus({ preventScroll: true });
  opened.scrollIntoView({ block: 'nearest' });
}
const close = () => {
  window.closingCitation = true;
  trigger('close', {});
};
element.addEventListener('click', (event) => event.target.closest('[data-close]') && close());
document.addEventListener('keydown', (event) => event.key === 'Escape' && element.querySelector('.passage') && close());
