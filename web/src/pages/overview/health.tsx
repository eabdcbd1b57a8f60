/** The state of each registry and worker. */
import { Link } from '@tanstack/react-router'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import styles from './overview-page.module.css'
import type { Registry, Worker } from './queries.ts'
import { overviewTexts } from './texts.ts'

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

/** The registries, a few lines each. */
export function Registries({ registries }: { readonly registries: readonly Registry[] }) {
  const texts = useTexts(overviewTexts)
  const names = useTexts(words)
  return (
    <Card title={texts.registries}>
      <p className={styles['small']}>{texts.registriesLead}</p>
      {registries.length === 0 ? (
        <EmptyState title={texts.noRegistries} icon="plug">
          {texts.noRegistriesText}
        </EmptyState>
      ) : (
        <ul className={styles['registries']}>
          {registries.map((registry) => (
            <li key={registry.service} className={styles['part']}>
              <div className={styles['partHead']}>
                <h3>{textOf(names.service, registry.service)}</h3>
                <RegistryState registry={registry} />
              </div>
              <RegistryFigures registry={registry} />
              {registry.openBreakers > 0 && (
                <p className={styles['small']}>{texts.openAt(registry.openBreakers, registry.workers)}</p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const LONG_MILLISECONDS = 10_000

function RegistryFigures({ registry }: { readonly registry: Registry }) {
  const texts = useTexts(overviewTexts)
  const format = useFormat()
  const { calls, errors, p50, p95 } = registry
  const latency = (value: number | null) => {
    if (value === null) return '—'
    return value < LONG_MILLISECONDS ? format.milliseconds(value) : format.duration(value / 1000)
  }
  const figures: readonly (readonly [string, string])[] = [
    [texts.calls, format.number(calls)],
    [texts.errors, format.number(errors)],
    [texts.p50, latency(p50)],
    [texts.p95, latency(p95)],
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
        empty={<EmptyState title={texts.noWorkerRows} icon="warning" />}
        columns={[
          {
            key: 'worker',
            header: texts.worker,
            cell: ({ host, pid, kind }) => (
              <>
                {host}
                <p className={styles['small']}>
                  {textOf(texts.kind, kind)}, {texts.pid(pid)}
                </p>
              </>
            ),
          },
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
          { key: 'runs', header: texts.runs, cell: ({ runs }) => <WorkerRuns runs={runs} /> },
          { key: 'version', header: texts.version, cell: ({ version }) => version },
          { key: 'started', header: texts.started, cell: ({ startedAt }) => <Moment at={startedAt} /> },
        ]}
      />
    </Card>
  )
}

/** The runs in which a worker participates. */
function WorkerRuns({ runs }: Pick<Worker, 'runs'>) {
  const texts = useTexts(overviewTexts)
  if (runs.length === 0) return <span className="soft">{texts.noWork}</span>
  return (
    <ul>
      {runs.map((runId) => (
        <li key={runId}>
          <Link to="/runs/$runId" params={{ runId }} className="mono" title={runId}>
            {runId.slice(0, 8)}
          </Link>
        </li>
      ))}
    </ul>
  )
}
