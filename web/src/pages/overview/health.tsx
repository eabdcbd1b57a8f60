/** How the registries and the workers do. */
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { Banner, EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Ago, Moment } from '../../ui/time.tsx'
import styles from './overview-page.module.css'
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

/** The registries, each in a few lines. */
export function Registries({ registries }: { readonly registries: readonly Registry[] }) {
  const texts = useTexts(overviewTexts)
  const names = useTexts(words)
  return (
    <Card title={texts.registries}>
      <p className={styles['small']}>{texts.registriesLead}</p>
      {registries.length === 0 ? (
        <EmptyState title={texts.noRegistries} icon="plug" />
      ) : (
        <ul className={styles['registries']}>
          {registries.map((registry) => (
            <li key={registry.service} className={styles['part']}>
              <div className={styles['partHead']}>
                <h3>{textOf(names.service, registry.service)}</h3>
                <RegistryState registry={registry} />
              </div>
              <RegistryFigures registry={registry} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function RegistryFigures({ registry }: { readonly registry: Registry }) {
  const texts = useTexts(overviewTexts)
  const format = useFormat()
  const { calls, errors, p50, p95 } = registry
  const figures: readonly (readonly [string, string])[] = [
    [texts.calls, format.number(calls)],
    [texts.errors, format.number(errors)],
    [texts.p50, p50 === null ? '—' : format.milliseconds(p50)],
    [texts.p95, p95 === null ? '—' : format.milliseconds(p95)],
  ]
  return (
    <dl className={styles['figures']}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="numbers">{value}</dd>
        </div>
      ))}
    </dl>
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
