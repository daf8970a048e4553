// Runs before the first paint, as a file because the content security policy forbids inline scripts: colours, language and
// direction chosen last time, so that nothing flashes or jumps; and what the page will need is asked for while the program
// is still on its way. The server writes both lists into the tag of this script (api/web/ahead.go).
(function () {
  var root = document.documentElement;
  var lists = document.currentScript ? document.currentScript.dataset : {};
  var read = function (key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  var scheme = read('rapport.scheme');
  if (scheme !== 'light' && scheme !== 'dark') {
    scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  root.setAttribute('data-mantine-color-scheme', scheme);
  // As src/i18n/locale.ts: the language chosen last time, else the first of the browser's that the product speaks.
  var spoken = ['en', 'he', 'pl'];
  var locale = [read('rapport.locale')]
    .concat(navigator.languages.map(function (tag) { return tag.toLowerCase().split('-')[0].replace(/^iw$/, 'he'); }), 'en')
    .find(function (language) { return spoken.includes(language); });
  root.lang = locale;
  root.dir = locale === 'he' ? 'rtl' : 'ltr';
  // src/api/client.ts takes the answers.
  window.askedEarly = {};
  JSON.parse(lists.asks || '["/session"]').forEach(function (path) {
    var answer = fetch('/api/v1' + path, { headers: { 'Accept-Language': locale } });
    answer.catch(function () {});
    window.askedEarly['/api/v1' + path] = answer;
  });
  (JSON.parse(lists.words || '{}')[locale] || []).forEach(function (file) {
    var link = document.createElement('link');
    link.rel = 'modulepreload';
    link.crossOrigin = '';
    link.href = '/' + file;
    document.head.append(link);
  });
})();
