/**
 * Finds a person, a party or any other record from anywhere: by an id, a number, or a name with a birth date. The input is sent in the body
 * of a request, where reading is audited, and is never part of a URL. An id does not reveal its type, so the API is asked for each type
 * that the user may see.
 */
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { graphql } from '../graphql/graphql.ts'
import { nodeId } from '../graphql/ids.ts'
import { asFailure, askOnce } from '../graphql/use-query.ts'
import { useFormat } from '../i18n/format.ts'
import { useTexts } from '../i18n/texts.ts'
import { askedFilter } from '../pages/people/looks.ts'
import { useViewer } from '../session/viewer.ts'
import { IconButton } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { useFailureText } from '../ui/states.tsx'
import styles from './go-to.module.css'
import { maySee, NAV_PAGES } from './pages.ts'
import { appTexts } from './texts.ts'
import { type Wanted, wantedOf } from './wanted.ts'

const WHAT_IS = graphql(`query WhatIs($ids: [ID!]!) { nodes(ids: $ids) { __typename } }`)

const FIND_PERSONS = graphql(`
  query FindPersons($filter: PersonFilter) {
    persons(first: 10, filter: $filter) {
      nodes { databaseId lastName firstName secondName birthDate } pageInfo { hasNextPage }
    }
  }
`)
const FIND_PARTIES = graphql(`
  query FindParties($filter: PartyFilter) {
    parties(first: 10, filter: $filter) {
      nodes { databaseId lastName firstName secondName birthDate } pageInfo { hasNextPage }
    }
  }
`)

/** Types of the API, by the page that shows them. */
const TYPES: Readonly<Record<string, string>> = {
  '/persons': 'Person',
  '/parties': 'Party',
  '/runs': 'VerificationRun',
  '/unzr': 'UnzrInfo',
  '/employee-requests': 'EmployeeRequest',
  '/jobs': 'Job',
}

/** A person or party that was found. */
interface Somebody {
  readonly page: '/persons' | '/parties'
  readonly id: string
  readonly name: string
  readonly birthDate: string
}

interface Found {
  readonly somebody: readonly Somebody[]
  /** Whether more were found than are shown. */
  readonly isMore: boolean
}

/** The search field; renders nothing for users who may not see any record with an id. `onWanted` expands it where it is collapsed. */
export function GoTo({ onWanted }: { readonly onWanted: () => void }) {
  const texts = useTexts(appTexts).goTo
  const failureText = useFailureText()
  const navigate = useNavigate()
  const field = useRef<HTMLInputElement>(null)
  const [given, setGiven] = useState('')
  const [problem, setProblem] = useState<string>()
  const [found, setFound] = useState<Found>()
  const find = useFinding()
  useShortcut(() => {
    flushSync(onWanted)
    field.current?.focus()
  })
  const clear = () => {
    setGiven('')
    setFound(undefined)
  }
  if (find === undefined) return null
  const go = async () => {
    try {
      const outcome = await find(wantedOf(given))
      if (typeof outcome === 'string') return setProblem(texts[outcome])
      if ('somebody' in outcome) return setFound(outcome)
      clear()
      // The path is built here, so its type is unknown.
      await navigate({ to: outcome.path as '/' })
    } catch (error) {
      setProblem(failureText(asFailure(error)))
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void go()
  }
  return (
    <search aria-label={texts.label}>
      <form className={styles['goTo']} onSubmit={submit} autoComplete="off" noValidate>
        <TextField
          ref={field}
          label={texts.label}
          hint={texts.hint}
          problem={problem}
          value={given}
          onChange={(value) => {
            setGiven(value)
            setProblem(undefined)
            setFound(undefined)
          }}
          aria-keyshortcuts="Control+K"
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
        />
        <span className={styles['button']}>
          <IconButton label={texts.go} icon="search" onPress={() => void go()} />
        </span>
      </form>
      {found !== undefined && <Several found={found} onChoose={clear} />}
    </search>
  )
}

type Outcome = { readonly path: string } | Found | 'nothing' | 'noBirthDate' | 'noId' | 'unknown'

/** Returns the search function; undefined for users who may not see anything that can be found. */
function useFinding(): ((wanted: Wanted) => Promise<Outcome>) | undefined {
  const viewer = useViewer()
  const pages = NAV_PAGES.filter((page) => page.path in TYPES && maySee(page, viewer)).map(({ path }) => path)
  if (pages.length === 0) return undefined
  return async (wanted) => {
    if (wanted.kind === 'id') {
      const { nodes } = await askOnce(WHAT_IS, { ids: pages.map((path) => nodeId(TYPES[path] ?? '', wanted.id)) })
      const page = pages.find((_, at) => nodes[at] != null)
      return page === undefined ? 'unknown' : { path: `${page}/${wanted.id}` }
    }
    if (wanted.kind !== 'person') return wanted.kind
    const kinds = (['/persons', '/parties'] as const).filter((page) => pages.includes(page))
    // Parties have no UNZR.
    const asked = kinds.filter((page) => page === '/persons' || wanted.asked.as !== 'unzr')
    if (kinds.length === 0) return 'noId'
    const parts = await Promise.all(asked.map((page) => findIn(page, wanted)))
    const somebody = parts.flatMap((part) => part.somebody)
    const [only, ...others] = somebody
    if (only === undefined) return 'unknown'
    const isMore = parts.some((part) => part.isMore)
    return others.length === 0 && !isMore ? { path: `${only.page}/${only.id}` } : { somebody, isMore }
  }
}

async function findIn(page: Somebody['page'], { asked, firstName }: Wanted & { kind: 'person' }): Promise<Found> {
  const filter = askedFilter(asked)
  const list =
    page === '/persons'
      ? (await askOnce(FIND_PERSONS, { filter })).persons
      : (await askOnce(FIND_PARTIES, { filter })).parties
  const begins = firstName.toLocaleLowerCase('uk')
  const somebody = (list?.nodes ?? [])
    .filter((each) => each.firstName?.toLocaleLowerCase('uk').startsWith(begins) !== false)
    .map(({ databaseId: id, lastName, firstName: given, secondName, birthDate }) => {
      return { page, id, birthDate, name: [lastName, given, secondName].filter(Boolean).join(' ') }
    })
  return { somebody, isMore: list?.pageInfo.hasNextPage === true }
}

/** The list to choose from if several were found. */
function Several({ found, onChoose }: { readonly found: Found; readonly onChoose: () => void }) {
  const texts = useTexts(appTexts).goTo
  const format = useFormat()
  return (
    <div role="status" className={styles['found']}>
      <p>{found.isMore ? texts.more : texts.several(found.somebody.length)}</p>
      <ul>
        {found.somebody.map(({ page, id, name, birthDate }) => (
          <li key={id}>
            <Link to={`${page}/${id}` as '/'} onClick={onChoose}>
              {name}
            </Link>
            <span className="soft">
              {format.day(birthDate)}, {texts.kinds[page]}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Ctrl+K or ⌘K, independent of the keyboard layout; not inside a dialog, which keeps the focus. */
function useShortcut(act: () => void): void {
  const latest = useRef(act)
  latest.current = act
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { code, ctrlKey, metaKey, altKey, shiftKey } = event
      if (code !== 'KeyK' || ctrlKey === metaKey || altKey || shiftKey) return
      if (document.querySelector('[role$="dialog"]') !== null) return
      event.preventDefault()
      latest.current()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])
}
