/** The filters of a list in its URL: read, change one, clear all. */
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTexts } from '../i18n/texts.ts'
import { Filters, Select } from './field.tsx'
import { FilterField, isId } from './filter-field.tsx'
import type { Place } from './pager.tsx'
import { uiTexts } from './texts.ts'

/** The filters, and how they change. */
interface ListFilters<Search> {
  readonly search: Search
  /** Changes some filters; the position is dropped, since it belongs to the previous list. */
  narrow(change: Partial<Search>): void
  /** The same for an input: its value is the filter, empty clears it. Values that the URL may not contain are dropped when it is parsed. */
  set(name: keyof Search): (given: string) => void
  /** Whether any filter is set. */
  readonly isAny: boolean
  clear(): void
}

/** The filters of the current list; `search` is its route's. */
export function useFilters<Search extends Place>({ after: _after, before: _before, ...search }: Search) {
  const navigate = useNavigate()
  // Only the page knows its route, so the type is unknown here.
  const go = (next: object) => void navigate({ to: '.', search: next as never })
  const filters: ListFilters<Omit<Search, keyof Place>> = {
    search,
    narrow: (change) => go({ ...search, ...change }),
    set: (name) => (given) => go({ ...search, [name]: given === '' ? undefined : given }),
    isAny: Object.values(search).some((each) => each !== undefined),
    clear: () => go({}),
  }
  return filters
}

interface FilterProps<Search> {
  readonly of: ListFilters<Search>
  readonly name: keyof Search
  readonly label: string
}

/** The row of filters. */
export function FilterRow(props: { readonly of: ListFilters<unknown>; readonly children: ReactNode }) {
  const { isAny, clear } = props.of
  return <Filters onClear={isAny ? clear : undefined}>{props.children}</Filters>
}

type WordFilterProps<Search> = FilterProps<Search> & {
  /** The label of the choice without a filter. */
  readonly all: string
  readonly options: readonly (readonly [word: string, name: string])[]
}

/** A choice of one of several words. A value from the URL is offered too, even if this page does not know it. */
export function WordFilter<Search>({ of, name, label, all, options }: WordFilterProps<Search>) {
  const value = textOf(of, name)
  const isKnown = value === '' || options.some(([word]) => word === value)
  return (
    <Select
      {...{ label, all, value }}
      options={isKnown ? options : [...options, [value, value]]}
      onChange={of.set(name)}
    />
  )
}

/** A complete id. */
export function IdFilter<Search>({ of, name, label }: FilterProps<Search>) {
  const { badId } = useTexts(uiTexts)
  return (
    <FilterField
      isId
      label={label}
      value={textOf(of, name)}
      problemOf={(given) => (isId(given) ? undefined : badId)}
      onApply={(given) => of.set(name)(given.toLowerCase())}
    />
  )
}

/** A date or a time in Kyiv's time zone. */
export function TimeFilter<Search>(props: FilterProps<Search> & { readonly type: 'date' | 'datetime-local' }) {
  const { of, name, label, type } = props
  return <FilterField {...{ label, type }} value={textOf(of, name)} onApply={of.set(name)} />
}

function textOf<Search>({ search }: ListFilters<Search>, name: keyof Search): string {
  return String(search[name] ?? '')
}
