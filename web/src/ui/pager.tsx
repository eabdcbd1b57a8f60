/** Cursor pagination. Cursors are in the URL: the links can be saved, shared and opened in another tab. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTexts } from '../i18n/texts.ts'
import { buttonClass } from './button.tsx'
import { Icon } from './icon.tsx'
import styles from './table.module.css'
import { uiTexts } from './texts.ts'

/** The position in a list: after a cursor, before one, or at the beginning. Part of the URL of every list page. */
export interface Place {
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** The number of rows per page. */
export const PAGE_SIZE = 50

/** The position as query variables. */
export function pageVariables({ after, before }: Place) {
  return before === undefined ? { first: PAGE_SIZE, after: after ?? null } : { last: PAGE_SIZE, before }
}

/** The cursors of a page, and whether there are more pages. */
export interface PageInfo {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly startCursor: string | null
  readonly endCursor: string | null
}

interface PagerProps {
  readonly pageInfo: PageInfo
  readonly total?: { readonly count: number; readonly isExact: boolean } | undefined
  /** Content on the left, such as an export. */
  readonly children?: ReactNode
}

/** The links below a list. */
export function Pager({ pageInfo, total, children }: PagerProps) {
  const texts = useTexts(uiTexts)
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo
  return (
    <div className={styles['foot']}>
      <div className="soft">
        {total !== undefined && (total.isExact ? texts.total(total.count) : texts.totalAbout(total.count))}
      </div>
      {children}
      <nav className={styles['pages']} aria-label={texts.pages}>
        <PageLink isThere={hasPreviousPage} place={{ before: startCursor ?? undefined }}>
          <Icon name="left" />
          {texts.previous}
        </PageLink>
        <PageLink isThere={hasNextPage} place={{ after: endCursor ?? undefined }}>
          {texts.next}
          <Icon name="right" />
        </PageLink>
      </nav>
    </div>
  )
}

function PageLink(props: { readonly isThere: boolean; readonly place: Place; readonly children: ReactNode }) {
  const className = buttonClass('secondary', true)
  if (!props.isThere) {
    return (
      // biome-ignore lint/a11y/useValidAnchor: a disabled link, announced as such
      <a className={className} role="link" aria-disabled="true">
        {props.children}
      </a>
    )
  }
  const { after, before } = props.place
  return (
    <Link to="." search={((all: object) => ({ ...all, after, before })) as never} state className={className}>
      {props.children}
    </Link>
  )
}
