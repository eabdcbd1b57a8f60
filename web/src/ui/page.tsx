/** A page: its heading, which takes the focus when the page is come to, so that who listens hears where they are; its title in the tab. */
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { appTexts } from '../app/texts.ts'
import { useTexts } from '../i18n/texts.ts'
import styles from './page.module.css'

// The first page of all is where the browser has put the focus already.
let isFirst = true

interface PageProps {
  /** What the page is called, in the tab and in its heading. */
  readonly title: string
  /** What the tab says instead, where the heading is a name: browsers keep titles of tabs. */
  readonly tab?: string
  /** A sentence on what it is for. */
  readonly lead?: ReactNode
  /** A link to the list that this is from. */
  readonly back?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page. */
export function Page({ title, tab = title, lead, back, actions, children }: PageProps) {
  const { brand } = useTexts(appTexts)
  const heading = useRef<HTMLHeadingElement>(null)
  const path = useLocation({ select: ({ pathname }) => pathname })
  useEffect(() => {
    document.title = `${tab} · ${brand}`
  }, [tab, brand])
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each path anew
  useEffect(() => {
    if (!isFirst) heading.current?.focus()
    isFirst = false
  }, [path])
  return (
    <div className={styles['page']}>
      <div className={styles['head']}>
        <div className={styles['words']}>
          {back !== undefined && <div className={styles['back']}>{back}</div>}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p className={styles['lead']}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </div>
      {children}
    </div>
  )
}
