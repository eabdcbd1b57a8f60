/** Going through a list by its cursors, which are in the URL: links, so that each page can be kept, sent and opened beside this one. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTexts } from '../i18n/texts.ts'
import { buttonClass } from './button.tsx'
import { Icon } from './icon.tsx'
import styles from './table.module.css'
import { uiTexts } from './texts.ts'

/** Where a list stands: after a cursor, before one, or at its beginning. Part of the search of each page with a list. */
export interface Place {
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** How many rows a page of a list has. */
export const PAGE_SIZE = 50

/** The place as a list's query takes it. */
export function pageVariables({ after, before }: Place) {
  return before === undefined ? { first: PAGE_SIZE, after: after ?? null } : { last: PAGE_SIZE, before }
}

/** Where a page of a list begins and ends, and whether there is more. */
export interface PageInfo {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly startCursor: string | null
  readonly endCursor: string | null
}

interface PagerProps {
  readonly pageInfo: PageInfo
  readonly total?: { readonly count: number; readonly isExact: boolean } | undefined
  /** What stands to the left, such as an export. */
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
      // biome-ignore lint/a11y/useValidAnchor: a link that leads nowhere now, said so to who listens
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
