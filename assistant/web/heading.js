// Runs once for the heading: the document's own language and title follow the language of the page.
const follow = () => {
  const heading = element.querySelector('.heading');
  if (!heading) return;
  document.documentElement.lang = heading.getAttribute('lang');
  document.title = heading.querySelector('h1').textContent;
};
follow();
watch('value', follow);
