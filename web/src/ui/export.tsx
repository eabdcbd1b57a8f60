/**
 * A list as CSV: the pages of the list's own query, one after another, put together here. So the file holds what the page may show and no
 * more: numbers masked, and each read in the audit as any other.
 */
import { useRef, useState } from 'react'
import { asFailure } from '../graphql/use-query.ts'
import { useTexts } from '../i18n/texts.ts'
import { Button } from './button.tsx'
import { csvOf, type ExportColumn } from './csv.ts'
import { useFailureText } from './states.tsx'
import { uiTexts } from './texts.ts'

/** A page of what is exported. */
export interface ExportPage<Row> {
  readonly rows: readonly Row[]
  /** The cursor to go on after; null at the end. */
  readonly next: string | null
}

/** More rows than these are not exported at once. */
export const MOST_ROWS = 10_000

interface ExportProps<Row> {
  /** The name of the file, without its ending. */
  readonly name: string
  readonly columns: readonly ExportColumn<Row>[]
  readonly page: (after: string | null, signal: AbortSignal) => Promise<ExportPage<Row>>
  /** What is to be known of the file, in the place of the usual. */
  readonly note?: string
}

/** The button, and how far it is. Pressed once more while it reads, it stops. */
export function ExportButton<Row>({ name, columns, page, note }: ExportProps<Row>) {
  const texts = useTexts(uiTexts)
  const failureText = useFailureText()
  const [said, setSaid] = useState('')
  const reading = useRef<AbortController>(undefined)
  const run = async () => {
    if (reading.current !== undefined) return reading.current.abort()
    const ending = new AbortController()
    reading.current = ending
    try {
      const rows: Row[] = []
      let next: string | null = null
      do {
        const read: ExportPage<Row> = await page(next, ending.signal)
        rows.push(...read.rows)
        next = read.next
        setSaid(texts.exporting(rows.length))
      } while (next !== null && rows.length < MOST_ROWS)
      save(`${name}.csv`, csvOf(columns, rows))
      setSaid(next === null ? texts.exportDone(rows.length) : texts.exportCut(rows.length))
    } catch (error) {
      setSaid(ending.signal.aborted ? '' : failureText(asFailure(error)))
    } finally {
      reading.current = undefined
    }
  }
  return (
    <span>
      <span title={note ?? texts.exportHint}>
        <Button icon="download" look="quiet" isSmall onPress={() => void run()}>
          {texts.export}
        </Button>
      </span>{' '}
      <span role="status" className="soft">
        {said}
      </span>
    </span>
  )
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
