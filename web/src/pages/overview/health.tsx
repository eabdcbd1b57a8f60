/** How the registries and the workers do. */
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { Banner, EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Ago, Moment } from '../../ui/time.tsx'
import type { Registry, Worker } from './queries.ts'
import { overviewTexts } from './texts.ts'

/** Says that a registry is away, and what that does not do. */
export function OutageBanner({ registries }: { readonly registries: readonly Registry[] }) {
  const texts = useTexts(overviewTexts)
  const names = useTexts(words)
  const down = registries.filter(({ openBreakers }) => openBreakers > 0)
  const [first] = down
  if (first === undefined) return null
  return (
    <Banner tone="warn" icon="plug" role="status">
      <p>
        <strong>{texts.outage(down.map(({ service }) => textOf(names.service, service)).join('; '))}</strong>{' '}
        {texts.outageText}
      </p>
      {first.openSince !== null && (
        <p>
          {texts.since} <Moment at={first.openSince} /> (<Ago at={first.openSince} />)
        </p>
      )}
    </Banner>
  )
}

function RegistryState({ registry: { openBreakers, calls, errors } }: { readonly registry: Registry }) {
  const texts = useTexts(overviewTexts)
  if (openBreakers > 0) {
    return (
      <Badge tone="bad" icon="cross">
        {texts.down}
      </Badge>
    )
  }
  if (calls === 0) {
    return (
      <Badge tone="quiet" icon="dash">
        {texts.silent}
      </Badge>
    )
  }
  return errors > 0 ? (
    <Badge tone="warn" icon="warning">
      {texts.troubled}
    </Badge>
  ) : (
    <Badge tone="good" icon="check">
      {texts.works}
    </Badge>
  )
}

/** The registries. */
export function Registries({ registries }: { readonly registries: readonly Registry[] }) {
  const texts = useTexts(overviewTexts)
  const names = useTexts(words)
  const format = useFormat()
  const span = (value: number | null) => (value === null ? '—' : format.milliseconds(value))
  return (
    <Card title={texts.registries}>
      <p className="soft">{texts.registriesLead}</p>
      <DataTable
        isPlain
        caption={texts.registries}
        rows={registries}
        keyOf={({ service }) => service}
        empty={<EmptyState title={texts.noRegistries} icon="plug" />}
        columns={[
          { key: 'service', header: texts.service, cell: ({ service }) => textOf(names.service, service) },
          { key: 'state', header: texts.state, cell: (registry) => <RegistryState registry={registry} /> },
          { key: 'calls', header: texts.calls, isNumber: true, cell: ({ calls }) => format.number(calls) },
          { key: 'errors', header: texts.errors, isNumber: true, cell: ({ errors }) => format.number(errors) },
          { key: 'p50', header: texts.p50, isNumber: true, cell: ({ p50 }) => span(p50) },
          { key: 'p95', header: texts.p95, isNumber: true, cell: ({ p95 }) => span(p95) },
        ]}
      />
    </Card>
  )
}

/** The workers. */
export function Workers({ workers }: { readonly workers: readonly Worker[] }) {
  const texts = useTexts(overviewTexts)
  const format = useFormat()
  return (
    <Card title={texts.workers}>
      <DataTable
        isPlain
        caption={texts.workers}
        rows={workers}
        keyOf={({ id }) => id}
        empty={
          <EmptyState title={texts.noWorkers} icon="warning">
            {texts.noWorkersText}
          </EmptyState>
        }
        columns={[
          { key: 'worker', header: texts.worker, cell: ({ host, pid }) => `${host}, ${pid}` },
          {
            key: 'state',
            header: texts.state,
            cell: ({ isAlive }) => (
              <Badge tone={isAlive ? 'good' : 'bad'} icon={isAlive ? 'check' : 'cross'}>
                {isAlive ? texts.alive : texts.lost}
              </Badge>
            ),
          },
          {
            key: 'heartbeat',
            header: texts.heartbeat,
            isNumber: true,
            cell: ({ leaseAge }) => texts.heartbeatAgo(format.duration(leaseAge)),
          },
          { key: 'claims', header: texts.claims, isNumber: true, cell: ({ claims }) => format.number(claims) },
          { key: 'runs', header: texts.runs, isNumber: true, cell: ({ runs }) => format.number(runs.length) },
          { key: 'version', header: texts.version, cell: ({ version }) => version },
          { key: 'started', header: texts.started, cell: ({ startedAt }) => <Moment at={startedAt} /> },
        ]}
      />
    </Card>
  )
}
