/** The filters of a list, which stand in its address: reading them, narrowing the list by one, and being rid of all. */
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTexts } from '../i18n/texts.ts'
import { Filters, Select } from './field.tsx'
import { FilterField, isId } from './filter-field.tsx'
import type { Place } from './pager.tsx'
import { uiTexts } from './texts.ts'

/** The filters, and how they change. */
export interface ListFilters<Search> {
  readonly search: Search
  /** Changes some of them; the place is dropped, since it is of another list. */
  narrow(change: Partial<Search>): void
  /** The same for a field: what it gives is the filter, and empty asks for nothing. What the address may not hold is dropped as it is read. */
  set(name: keyof Search): (given: string) => void
  /** Whether there is any to be rid of. */
  readonly isAny: boolean
  clear(): void
}

/** The filters of the list that is shown; `search` is that of its route. */
export function useFilters<Search extends Place>({ after: _after, before: _before, ...search }: Search) {
  const navigate = useNavigate()
  // Which route it is of, only the page knows.
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
  /** What no filter is called. */
  readonly all: string
  readonly options: readonly (readonly [word: string, name: string])[]
}

/** One of several words. What the address asks for is offered as well, though this page may not know it. */
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

/** An id, whole. */
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

/** A day, or a moment; of Kyiv. */
export function TimeFilter<Search>(props: FilterProps<Search> & { readonly type: 'date' | 'datetime-local' }) {
  const { of, name, label, type } = props
  return <FilterField {...{ label, type }} value={textOf(of, name)} onApply={of.set(name)} />
}

function textOf<Search>({ search }: ListFilters<Search>, name: keyof Search): string {
  return String(search[name] ?? '')
}
