/** Selects the language and the theme. */
import { type ReactNode, useId } from 'react'
import { chooseLanguage, type Language, useLanguage } from '../i18n/language.ts'
import { useTexts } from '../i18n/texts.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import styles from './choices.module.css'
import { useStore } from './store.ts'
import { appTexts } from './texts.ts'
import { chooseTheme, type Theme, theme } from './theme.ts'

interface Choice<T extends string> {
  readonly value: T
  readonly label: string
  readonly shown: ReactNode
}

function Group<T extends string>(props: {
  readonly label: string
  readonly choices: readonly Choice<T>[]
  readonly chosen: T
  readonly onChoose: (value: T) => void
}) {
  const name = useId()
  return (
    <fieldset className={styles['group']}>
      <legend className="visually-hidden">{props.label}</legend>
      {props.choices.map(({ value, label, shown }) => (
        <label key={value} className={styles['choice']} title={label}>
          <input
            type="radio"
            name={name}
            aria-label={label}
            checked={value === props.chosen}
            onChange={() => props.onChoose(value)}
          />
          {shown}
        </label>
      ))}
    </fieldset>
  )
}

const THEMES: readonly (readonly [Theme, IconName])[] = [
  ['system', 'system'],
  ['light', 'sun'],
  ['dark', 'moon'],
]
const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['uk', 'УКР'],
  ['en', 'ENG'],
]

/** Both selects. */
export function Choices() {
  const texts = useTexts(appTexts)
  return (
    <>
      <Group
        label={texts.language}
        chosen={useLanguage()}
        onChoose={chooseLanguage}
        choices={LANGUAGES.map(([value, shown]) => ({ value, shown, label: texts.languages[value] }))}
      />
      <Group
        label={texts.theme}
        chosen={useStore(theme)}
        onChoose={chooseTheme}
        choices={THEMES.map(([value, icon]) => ({ value, shown: <Icon name={icon} />, label: texts.themes[value] }))}
      />
    </>
  )
}
