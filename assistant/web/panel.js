// Runs once for the citation panel: the passage comes into view and takes the focus; closing gives the focus back.
watch('value', () => {
  const heading = element.querySelector('.focus-here');
  if (!heading) return;
  heading.focus({ preventScroll: true });
  if (window.matchMedia('(max-width: 60rem)').matches) element.closest('#side').scrollIntoView({ block: 'start' });
  element.querySelectorAll('.body').forEach((body) => {
    const hit = body.querySelector('.hit');
    if (!hit) return;
    const below = hit.getBoundingClientRect().top - body.getBoundingClientRect().top;
    body.scrollTop += below - Math.max(0, (body.clientHeight - hit.offsetHeight) / 2);
  });
});
const close = () => {
  const opened = window.openedCitation;
  if (opened?.isConnected) {
    opened.classList.remove('open');
    opened.focus({ preventScroll: true });
    opened.scrollIntoView({ block: 'nearest' });
  }
  trigger('close', {});
};
element.addEventListener('click', (event) => event.target.closest('[data-close]') && close());
element.addEventListener('keydown', (event) => event.key === 'Escape' && element.querySelector('.passage') && close());
