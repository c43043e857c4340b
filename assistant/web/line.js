// Runs once for the line at the foot: on a phone the question box stands just above it, whatever its height.
const measure = () => document.documentElement.style.setProperty('--foot', `${element.offsetHeight}px`);
new ResizeObserver(measure).observe(element);
measure();
