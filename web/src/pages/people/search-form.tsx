/** The search by numbers and names. The values are personal: they stay here, and are sent in the body of a request. */
import { type FormEvent, useState } from 'react'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import type { Kind } from './kinds.ts'
import { type Asked, isUuid, looksLike, NOTHING_ASKED, NUMBER_KINDS, type NumberKind } from './looks.ts'
import styles from './people.module.css'
import { peopleTexts } from './texts.ts'

interface FormProps {
  readonly kind: Kind
  /** The active search, if any. */
  readonly asked: Asked | undefined
  readonly onAsk: (asked: Asked) => void
  readonly onEnd: (() => void) | undefined
}

type Problem = 'nothingAsked' | 'bothNeeded' | 'notAnId'

function problemOf({ number, as, lastName, birthDate }: Asked): Problem | undefined {
  const [isNumber, isName, isDate] = [number.trim() !== '', lastName.trim() !== '', birthDate !== '']
  if (isName !== isDate) return 'bothNeeded'
  if (!isNumber && !isName) return 'nothingAsked'
  return as === 'databaseId' && !isUuid(number.trim()) ? 'notAnId' : undefined
}

/** The form. */
export function SearchForm({ kind, asked, onAsk, onEnd }: FormProps) {
  const texts = useTexts(peopleTexts)
  const [given, setGiven] = useState(asked ?? NOTHING_ASKED)
  const [problem, setProblem] = useState<Problem>()
  const set = (change: Partial<Asked>) => {
    setGiven({ ...given, ...change })
    setProblem(undefined)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = problemOf(given)
    setProblem(found)
    if (found === undefined) onAsk(given)
  }
  const kinds = NUMBER_KINDS.filter((each) => kind === 'person' || each !== 'unzr')
  const looks = seenAs(kind, given.number)
  const ofName = problem === 'bothNeeded' ? texts.bothNeeded : undefined
  return (
    <search aria-label={texts.search}>
      <form className={styles['search']} onSubmit={submit} autoComplete="off">
        <div className={styles['number']}>
          <TextField
            label={texts.number}
            value={given.number}
            onChange={(number) => set({ number })}
            hint={
              given.as === '' && looks !== undefined ? texts.numberHint(texts.numberKind[looks]) : texts.numberHow[kind]
            }
            problem={problem !== undefined && problem !== 'bothNeeded' ? texts[problem] : undefined}
            autoComplete="off"
            spellCheck={false}
            maxLength={100}
            isMono
          />
        </div>
        <Select
          label={texts.as}
          value={given.as}
          all={texts.asLooks}
          options={kinds.map((each) => [each, texts.numberKind[each]])}
          onChange={(value) => set({ as: kinds.find((each) => each === value) ?? '' })}
        />
        <TextField
          label={texts.lastName}
          value={given.lastName}
          onChange={(lastName) => set({ lastName })}
          problem={ofName}
          autoComplete="off"
          spellCheck={false}
          maxLength={255}
        />
        <TextField
          label={texts.birthDate}
          type="date"
          value={given.birthDate}
          onChange={(birthDate) => set({ birthDate })}
          min="1880-01-01"
          max="2100-01-01"
          autoComplete="off"
        />
        <div className={styles['submit']}>
          <Button type="submit" look="primary" icon="search">
            {texts.find}
          </Button>
          {onEnd !== undefined && (
            <Button look="quiet" onPress={onEnd}>
              {texts.endSearch}
            </Button>
          )}
        </div>
      </form>
      <p className={styles['private']}>{texts.searchPrivate}</p>
    </search>
  )
}

// Parties have no UNZR: a number in that format is a document number.
function seenAs(kind: Kind, number: string): NumberKind | undefined {
  if (number.trim() === '') return undefined
  const looks = looksLike(number.trim())
  return kind === 'party' && looks === 'unzr' ? 'documentNumber' : looks
}
