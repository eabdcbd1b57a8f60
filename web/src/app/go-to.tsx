/**
 * The way to a record by its id, from anywhere: somebody has it from the log, the audit or another system, and does not know of what it
 * is. The API is asked which of the kinds that may be seen knows it. What is no id is sent nowhere and gets into no address.
 */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { graphql } from '../graphql/graphql.ts'
import { nodeId } from '../graphql/ids.ts'
import { asFailure, askOnce } from '../graphql/use-query.ts'
import { useTexts } from '../i18n/texts.ts'
import { useViewer } from '../session/viewer.ts'
import { IconButton } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { isId } from '../ui/filter-field.tsx'
import { useFailureText } from '../ui/states.tsx'
import styles from './go-to.module.css'
import { maySee, NAV_PAGES } from './pages.ts'
import { appTexts } from './texts.ts'

const WHAT_IS = graphql(`query WhatIs($ids: [ID!]!) { nodes(ids: $ids) { __typename } }`)

/** Types of the API by the page that shows one of them. */
const TYPES: Readonly<Record<string, string>> = {
  '/persons': 'Person',
  '/parties': 'Party',
  '/runs': 'VerificationRun',
  '/unzr': 'UnzrInfo',
  '/employee-requests': 'EmployeeRequest',
  '/jobs': 'Job',
}

/** The field; nothing for who may see nothing that has an id. `onWanted` shows it where it is folded away. */
export function GoTo({ onWanted }: { readonly onWanted: () => void }) {
  const texts = useTexts(appTexts).goTo
  const viewer = useViewer()
  const failureText = useFailureText()
  const navigate = useNavigate()
  const field = useRef<HTMLInputElement>(null)
  const [given, setGiven] = useState('')
  const [problem, setProblem] = useState<string>()
  useShortcut(() => {
    flushSync(onWanted)
    field.current?.focus()
  })
  const pages = NAV_PAGES.filter((page) => page.path in TYPES && maySee(page, viewer))
  if (pages.length === 0) return null
  const go = async () => {
    const id = given.trim().toLowerCase()
    if (!isId(id)) return setProblem(texts.noId)
    try {
      const { nodes } = await askOnce(WHAT_IS, { ids: pages.map(({ path }) => nodeId(TYPES[path] ?? '', id)) })
      const page = pages.find((_, at) => nodes[at] != null)
      if (page === undefined) return setProblem(texts.unknown)
      setGiven('')
      // The path of a page is put together here, so its type cannot be known.
      await navigate({ to: `${page.path}/${id}` as '/' })
    } catch (error) {
      setProblem(failureText(asFailure(error)))
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void go()
  }
  return (
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
        }}
        aria-keyshortcuts="Control+K"
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        isMono
      />
      <span className={styles['button']}>
        <IconButton label={texts.go} icon="right" onPress={() => void go()} />
      </span>
    </form>
  )
}

/** Ctrl+K, or ⌘K, whatever letter the key has in the layout that is on; not out of a dialog, which keeps the focus. */
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
