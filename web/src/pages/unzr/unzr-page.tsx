/** The form to ask a registry about a UNZR, and earlier requests. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { ApiFailure } from '../../graphql/request.ts'
import { asFailure, askOnce, useAct } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useMay } from '../../session/viewer.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import type { ExportColumn } from '../../ui/csv.ts'
import { TextField } from '../../ui/field.tsx'
import { FilterRow, useFilters, WordFilter } from '../../ui/list-filters.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { ActFailure, EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { uiTexts } from '../../ui/texts.ts'
import { Moment } from '../../ui/time.tsx'
import { useList } from '../../ui/use-list.ts'
import { KNOWN_UNZR, SYNC_UNZR, UNZR_INFOS, type UnzrLine } from './queries.ts'
import { JOB_STATUSES } from './search.ts'
import { unzrTexts } from './texts.ts'
import styles from './unzr.module.css'
import { UnzrBadge } from './unzr-badge.tsx'
import { useRegistryDay } from './unzr-record.tsx'

const route = getRouteApi('/unzr')
const POLL_MILLISECONDS = 3000

/** The page. */
export function UnzrPage() {
  const texts = useTexts(unzrTexts)
  const search = route.useSearch()
  const mayAsk = useMay('unzr:write')
  // Each poll is audited, so the list is polled only while a request is pending.
  const [isAnyPending, setIsAnyPending] = useState(false)
  const list = useList(UNZR_INFOS, {
    variables: { filter: { jobStatus: search.status ?? null } },
    place: search,
    of: ({ unzrInfoRegisters }) => unzrInfoRegisters,
    ...(isAnyPending ? { every: POLL_MILLISECONDS } : {}),
  })
  const isPending = list.shown?.nodes.some(({ jobStatus }) => jobStatus === 'pending') ?? false
  if (isPending !== isAnyPending) setIsAnyPending(isPending)
  return (
    <ListPage
      title={texts.title}
      lead={texts.lead}
      list={list}
      isLive={isAnyPending}
      above={
        <>
          <AskForm mayAsk={mayAsk} />
          <h2>{texts.earlier}</h2>
        </>
      }
      filters={<UnzrFilters />}
      caption={texts.earlier}
      columns={useColumns()}
      keyOf={({ databaseId }) => databaseId}
      expected={12}
      empty={
        search.status === undefined ? (
          <EmptyState title={texts.none} icon="document">
            {texts.noneText}
          </EmptyState>
        ) : (
          <EmptyState title={texts.noneWithFilters} />
        )
      }
      file={{ name: 'zvirka-unzr', columns: fileColumns(texts) }}
    />
  )
}

function UnzrFilters() {
  const texts = useTexts(unzrTexts)
  const { all } = useTexts(uiTexts)
  const filters = useFilters(route.useSearch())
  return (
    <FilterRow of={filters}>
      <WordFilter
        of={filters}
        name="status"
        label={texts.status}
        all={all}
        options={JOB_STATUSES.map((status) => [status, texts.jobStatus[status]])}
      />
    </FilterRow>
  )
}

const USUAL = /^\d{8}-\d{5}$/

/** The form. The UNZR stays in it and is sent in the body of a request. Users who may not ask can find earlier requests. */
function AskForm({ mayAsk }: { readonly mayAsk: boolean }) {
  const texts = useTexts(unzrTexts)
  const navigate = route.useNavigate()
  const [unzr, setUnzr] = useState('')
  const [problem, setProblem] = useState<string>()
  const [failure, setFailure] = useState<ApiFailure>()
  const [busy, setBusy] = useState<'asking' | 'finding'>()
  const act = useAct(SYNC_UNZR)
  const ask = async () => (await act.mutateAsync({ input: { unzr } })).syncUnzrInfoRegister?.unzrInfo
  const find = async () => (await askOnce(KNOWN_UNZR, { unzr })).unzrInfoRegister
  const go = async (what: 'asking' | 'finding') => {
    if (busy !== undefined) return
    if (unzr.trim() === '') return setProblem(texts.unzrNeeded)
    setBusy(what)
    setFailure(undefined)
    try {
      const found = await (what === 'asking' ? ask() : find())
      if (found == null) setProblem(texts.notKnown)
      else await navigate({ to: '/unzr/$infoId', params: { infoId: found.databaseId } })
    } catch (error) {
      setFailure(asFailure(error))
    } finally {
      setBusy(undefined)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void go(mayAsk ? 'asking' : 'finding')
  }
  return (
    <Card title={mayAsk ? texts.ask : texts.known}>
      <form className={styles['ask']} onSubmit={submit} autoComplete="off">
        <TextField
          label={texts.unzr}
          hint={unzr === '' || USUAL.test(unzr) ? texts.unzrHint : texts.unusual}
          problem={problem}
          value={unzr}
          onChange={(value) => {
            setUnzr(value)
            setProblem(undefined)
          }}
          autoComplete="off"
          spellCheck={false}
          maxLength={255}
          isMono
        />
        <div className={styles['submit']}>
          {mayAsk && (
            <Button type="submit" look="primary" isPending={busy === 'asking'}>
              {texts.ask}
            </Button>
          )}
          <Button icon="search" onPress={() => void go('finding')} isPending={busy === 'finding'}>
            {texts.known}
          </Button>
        </div>
      </form>
      <p className={styles['small']}>{texts.private}</p>
      {failure !== undefined && <ActFailure failure={failure} />}
    </Card>
  )
}

/** The name of the person in a row. */
function personOf({ info }: Pick<UnzrLine, 'info'>): string {
  return [info?.lastName, info?.firstName, info?.middleName].filter((part) => part != null && part !== '').join(' ')
}

function useColumns(): Column<UnzrLine>[] {
  const texts = useTexts(unzrTexts)
  const day = useRegistryDay()
  const found = (line: UnzrLine) => {
    if (line.info !== null) return [personOf(line), day(line.info.dateBirth)].filter(Boolean).join(', ')
    if (line.infoDeletedAt !== null) return <span className="soft">{texts.deleted}</span>
    return <span className="soft">{line.syncedAt === null ? texts.notYet : texts.nobody}</span>
  }
  return [
    {
      key: 'unzr',
      header: texts.unzr,
      cell: ({ databaseId, unzr }) => (
        <Link to="/unzr/$infoId" params={{ infoId: databaseId }} className="mono">
          {unzr}
        </Link>
      ),
    },
    { key: 'status', header: texts.status, cell: ({ jobStatus }) => <UnzrBadge status={jobStatus} /> },
    { key: 'person', header: texts.person, cell: found },
    {
      key: 'syncedAt',
      header: texts.syncedAt,
      cell: ({ syncedAt }) => (syncedAt === null ? '—' : <Moment at={syncedAt} />),
    },
    { key: 'insertedAt', header: texts.insertedAt, cell: ({ insertedAt }) => <Moment at={insertedAt} /> },
  ]
}

function fileColumns(texts: (typeof unzrTexts)['uk']): ExportColumn<UnzrLine>[] {
  return [
    { header: texts.id, value: ({ databaseId }) => databaseId },
    { header: texts.unzr, value: ({ unzr }) => unzr },
    { header: texts.status, value: ({ jobStatus }) => jobStatus },
    { header: texts.person, value: personOf },
    { header: texts.dateBirth, value: ({ info }) => info?.dateBirth },
    { header: texts.syncedAt, value: ({ syncedAt }) => syncedAt },
    { header: texts.infoDeletedAt, value: ({ infoDeletedAt }) => infoDeletedAt },
    { header: texts.insertedAt, value: ({ insertedAt }) => insertedAt },
    { header: texts.updatedAt, value: ({ updatedAt }) => updatedAt },
    { header: texts.updatedBy, value: ({ updatedBy }) => updatedBy },
  ]
}
