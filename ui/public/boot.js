// Runs before the first paint, as a file because the content security policy forbids inline scripts: colours, language and
// direction chosen last time, so that nothing flashes or jumps.
(function () {
  var root = document.documentElement;
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
  var locale = read('rapport.locale');
  if (locale === 'en' || locale === 'he' || locale === 'pl') {
    root.lang = locale;
    root.dir = locale === 'he' ? 'rtl' : 'ltr';
  }
  // Who is signed in is asked while the program is still on its way; src/api/client.ts takes the answer.
  window.askedEarly = { '/api/v1/session': fetch('/api/v1/session', { headers: { 'Accept-Language': root.lang } }) };
  window.askedEarly['/api/v1/session'].catch(function () {});
})();
