// Runs once for the calculators: choosing a rule, sending its answers, links that hold the answers, and the focus.
const HASH = '#rule=';
const answers = (form) => {
  const found = {};
  new FormData(form).forEach((value, name) => {
    if (!value) return;
    const many = form.querySelector(`[name="${name}"][type="checkbox"]`);
    found[name] = many ? [...(found[name] ?? []), value] : value;
  });
  return found;
};
// dates can point to a person, so a link never carries them
const link = (form) => {
  const parts = new URLSearchParams({ rule: form.dataset.form });
  Object.entries(answers(form)).forEach(([name, value]) => {
    if (!name.endsWith('_date')) [value].flat().forEach((one) => parts.append(name, one));
  });
  return `#${parts}`;
};
const linked = () => {
  if (!location.hash.startsWith(HASH)) return;
  const parts = new URLSearchParams(location.hash.slice(1));
  const rule = parts.get('rule');
  parts.delete('rule');
  const given = {};
  parts.forEach((value, name) => {
    given[name] = name in given ? [given[name], value].flat() : value;
  });
  trigger('work', { rule, answers: JSON.stringify(given) });
};
const forget = () => location.hash.startsWith(HASH) && history.replaceState(null, '', location.pathname + location.search);
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  history.replaceState(null, '', link(form));
  trigger('work', { rule: form.dataset.form, answers: JSON.stringify(answers(form)) });
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.dataset.close) {
    forget();
    trigger('close', {});
  } else if (button.dataset.rule) {
    forget();
    trigger('pick', { rule: button.dataset.rule });
  } else if (button.dataset.link) {
    const url = location.origin + location.pathname + link(button.closest('form'));
    navigator.clipboard?.writeText(url);
    history.replaceState(null, '', url);
    button.textContent = button.dataset.done;
  }
});
element.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && element.querySelector('.desk')) trigger('close', {});
});
let rule = null;
const follow = () => {
  const desk = element.querySelector('.desk');
  const open = Boolean(desk);
  document.querySelector('#desk-button')?.setAttribute('aria-pressed', String(open));
  const shown = open ? desk.querySelector('.rule-form')?.dataset.form ?? '' : null;
  if (shown !== rule) {
    if (open) (desk.querySelector('.form-title') ?? desk.querySelector('.focus-here')).focus();
    else if (rule !== null) document.querySelector('#desk-button')?.focus({ preventScroll: true });
  }
  rule = shown;
};
new MutationObserver(follow).observe(element, { childList: true, subtree: true });
window.addEventListener('hashchange', linked);
document.querySelector('#desk-button')?.setAttribute('aria-pressed', 'false');
requestAnimationFrame(linked);
