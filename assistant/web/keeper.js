// Runs once: conversations are kept in this browser's own storage and listed under the welcome; the server keeps none.
const PREFIX = 'bispecific-assistant:conversation:';
const MOST = 30;
let current = null;

const ids = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).sort().reverse();
const read = (id) => {
  try {
    const found = JSON.parse(localStorage.getItem(id));
    return Array.isArray(found?.turns) && found.turns.length ? found : null;
  } catch {
    return null;
  }
};
const write = (id, entry) => {
  for (;;) {
    try {
      localStorage.setItem(id, JSON.stringify(entry));
      break;
    } catch { // full: the oldest goes
      const oldest = ids().filter((other) => other !== id).pop();
      if (!oldest) return;
      localStorage.removeItem(oldest);
    }
  }
  ids().slice(MOST).forEach((old) => localStorage.removeItem(old));
};

watch('value', () => {
  if (!props.value) return;
  const { from, turns } = JSON.parse(props.value);
  if (from === null) {
    current = null;
    return;
  }
  const entry = (current && read(current)) ?? { at: new Date().toISOString(), turns: [] };
  entry.turns = [...entry.turns.slice(0, from), ...turns];
  if (!entry.turns.length) {
    if (current) localStorage.removeItem(current);
    return;
  }
  current ??= `${PREFIX}${entry.at}`;
  write(current, entry);
});

const button = (label, name, press) => {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'act', textContent: label });
  made.setAttribute('aria-label', name);
  made.addEventListener('click', press);
  return made;
};
// Fills the list under the welcome. Questions go in as text, never as markup.
const list = () => {
  const place = document.querySelector('#transcript .earlier');
  if (!place || place.dataset.filled) return;
  place.dataset.filled = '1';
  const words = place.dataset;
  const kept = ids().map((id) => [id, read(id)]).filter(([, entry]) => entry);
  if (!kept.length) return;
  const again = () => {
    place.replaceChildren();
    delete place.dataset.filled;
    list();
    document.querySelector('#transcript .earlier button, #question textarea')?.focus();
  };
  const head = Object.assign(document.createElement('h3'), { textContent: words.title });
  const note = Object.assign(document.createElement('p'), { className: 'hint', textContent: words.note });
  const lines = document.createElement('ul');
  kept.forEach(([id, entry]) => {
    const line = document.createElement('li');
    const first = entry.turns[0].question;
    const when = new Date(entry.at).toLocaleString(words.locale, { dateStyle: 'medium', timeStyle: 'short' });
    const open = button('', `${words.open}: ${first}`, () => {
      current = id;
      trigger('restore', { kept: JSON.stringify(entry.turns) });
    });
    open.className = 'kept-open';
    open.append(
      Object.assign(document.createElement('span'), { className: 'kept-first', textContent: first }),
      Object.assign(document.createElement('time'), { className: 'where', textContent: when, dateTime: entry.at }),
    );
    line.append(open, button(words.delete, `${words.delete}: ${first}`, () => {
      localStorage.removeItem(id);
      if (current === id) current = null;
      again();
    }));
    lines.append(line);
  });
  const all = button(words.deleteAll, words.deleteAll, () => {
    ids().forEach((id) => localStorage.removeItem(id));
    current = null;
    again();
  });
  place.append(head, note, lines, all);
};
new MutationObserver(list).observe(document.body, { childList: true, subtree: true });
list();
