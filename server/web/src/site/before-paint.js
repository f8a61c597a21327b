// Runs before the page is painted, also in browsers that know no modules; hence its old style.
(function () {
  var root = document.documentElement;
  var theme;
  try {
    theme = localStorage.getItem('tekser.theme');
  } catch (_) {
    // Storage may be forbidden; the device's colours are right then.
  }
  if (theme === 'light' || theme === 'dark') root.setAttribute('data-theme', theme);

  var able =
    'noModule' in document.createElement('script') &&
    typeof BigInt === 'function' &&
    typeof fetch === 'function' &&
    typeof Object.hasOwn === 'function' &&
    typeof Array.prototype.at === 'function' &&
    typeof Intl === 'object' &&
    typeof Intl.PluralRules === 'function' &&
    typeof crypto === 'object' &&
    typeof crypto.getRandomValues === 'function';
  root.className = able ? 'able' : 'old';

  // Until the program is there a press of the button is kept, and the page says that it waits. Nothing is sent.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    var island = form.parentNode && form.parentNode.parentNode;
    if (!island || !island.getAttribute || island.getAttribute('data-awake') !== null) return;
    event.preventDefault();
    form.setAttribute('data-waiting', '');
    var words = form.querySelector('.form-waiting');
    if (words) words.textContent = words.getAttribute('data-text');
  });

  // Errors of loading do not bubble; they are seen while they sink.
  addEventListener(
    'error',
    function (event) {
      if (able && event.target && event.target.tagName === 'SCRIPT') root.className = 'broken';
    },
    true
  );
})();
