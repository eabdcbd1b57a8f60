// Before anything is painted: the theme and the language that were chosen last, so that nothing flashes.
try {
  const theme = localStorage.getItem('zvirka.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  const language = localStorage.getItem('zvirka.language')
  if (language === 'en') document.documentElement.lang = 'en'
} catch {
  // No storage: the system's theme and the language of the page.
}
