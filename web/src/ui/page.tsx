/** A page: its heading takes the focus on navigation, so that screen readers announce it; and it sets the tab's title. */
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { appTexts } from '../app/texts.ts'
import { useTexts } from '../i18n/texts.ts'
import styles from './page.module.css'

// On first load the browser has already set the focus.
let isFirst = true

interface PageProps {
  /** The title, in the tab and the heading. */
  readonly title: string
  /** The tab's title if the heading is a person's name: browsers store titles. */
  readonly tab?: string
  /** A sentence about its purpose. */
  readonly lead?: ReactNode
  /** A link back to the list. */
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per path
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
