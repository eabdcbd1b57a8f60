/** The list of events. */
import { getRouteApi } from '@tanstack/react-router'
import { kindOf, subjectTexts } from '../../app/subject-link.tsx'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { FilterRow, IdFilter, TimeFilter, useFilters, WordFilter } from '../../ui/list-filters.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useList } from '../../ui/use-list.ts'
import { useEventColumns } from './event-table.tsx'
import { EVENTS } from './queries.ts'
import { ENTITY_TYPES, EVENT_TYPES, type EventsSearch } from './search.ts'
import { eventTexts } from './texts.ts'

const route = getRouteApi('/events')

/** The page. */
export function EventsPage() {
  const texts = useTexts(eventTexts)
  const search = route.useSearch()
  const list = useList(EVENTS, {
    variables: { filter: filterOf(search) },
    place: search,
    of: ({ events }) => events,
  })
  return (
    <ListPage
      title={texts.title}
      lead={texts.lead}
      list={list}
      filters={<EventFilters />}
      columns={useEventColumns()}
      keyOf={({ id }) => id}
      expected={20}
      empty={
        <EmptyState title={texts.empty} icon="events">
          {texts.emptyText}
        </EmptyState>
      }
      file={{
        name: 'zvirka-events',
        columns: [
          { header: texts.id, value: ({ databaseId }) => databaseId },
          { header: texts.when, value: ({ eventTime }) => eventTime },
          { header: texts.type, value: ({ eventType }) => eventType },
          { header: texts.entityType, value: ({ entityType }) => entityType },
          { header: texts.entityId, value: ({ entityId }) => entityId },
          { header: texts.change, value: ({ properties }) => JSON.stringify(properties) },
          { header: texts.changedBy, value: ({ changedBy }) => changedBy },
        ],
      }}
    />
  )
}

function filterOf({ day, type, entityType, entity }: EventsSearch) {
  return {
    ...{ date: day ?? null, eventType: type ?? null, entityType: entityType ?? null, entityId: entity ?? null },
  }
}

function EventFilters() {
  const texts = useTexts(eventTexts)
  const { kind } = useTexts(subjectTexts)
  const filters = useFilters(route.useSearch())
  return (
    <FilterRow of={filters}>
      <WordFilter
        of={filters}
        name="entityType"
        label={texts.entityType}
        all={texts.anyEntity}
        options={ENTITY_TYPES.map((each) => [each, textOf(kind, kindOf(each))])}
      />
      <IdFilter of={filters} name="entity" label={texts.entityId} />
      <WordFilter
        of={filters}
        name="type"
        label={texts.type}
        all={texts.anyType}
        options={EVENT_TYPES.map((each) => [each, texts.types[each]])}
      />
      <TimeFilter of={filters} name="day" type="date" label={texts.day} />
    </FilterRow>
  )
}
