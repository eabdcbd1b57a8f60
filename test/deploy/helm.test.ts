/** The chart makes manifests that Kubernetes accepts, with least privileges, and every setting can be set. */
import { afterAll, describe, expect, test } from 'vitest'
import { exitCode } from '../../src/cli/exit.ts'
import { createProgram } from '../../src/cli/program.ts'
import { declaration } from '../../src/config/declaration.ts'
import { secretNames } from '../../src/config/names.ts'
import { settingsOf } from '../../src/config/setting.ts'
import { readSettings } from '../../src/config/settings.ts'
import { tracingDeclaration } from '../../src/config/tracing.ts'
import { rolesSql, servingRoles } from '../../src/database/roles.ts'
import { findHelm, type Manifest, ofKind, podsOf, selects, stringsOf, type Values } from './chart.ts'
import { deployed, deployedYaml, items, words } from './files.ts'
import { findSchemaProblems, findUnknownNames } from './manifests.ts'
import { at } from './yaml.ts'

const helm = findHelm()
if (helm === undefined)
  console.warn('The chart was NOT rendered: there is no helm here. Name one with HELM=/path/to/helm.')
afterAll(() => helm?.remove())

const defaults = readSettings({})
const everySetting = [...settingsOf(declaration), ...settingsOf(tracingDeclaration)]
/** The minimum that the chart requires. */
const login = (secret: string) => ({ DATABASE_URL_FILE: { secret, key: 'url' } })
const least: Values = { files: login('serving'), migrate: { files: login('owner') } }

describe.skipIf(helm === undefined)('the chart', () => {
  const render = (values?: Values): Promise<Manifest[]> => helm?.render(values) ?? Promise.resolve([])
  const renderBare = (values: Values): Promise<Manifest[]> => helm?.renderBare(values) ?? Promise.resolve([])
  const podOf = (manifests: readonly Manifest[], component: string) => {
    const pod = podsOf(manifests).find((each) => each.component === component)
    if (pod === undefined) throw new Error(`no pod of ${component}`)
    return pod
  }
  const environmentOf = (manifests: readonly Manifest[], component: string) =>
    Object.fromEntries(podOf(manifests, component).environment)

  test('passes helm’s lint', async () => {
    expect(await helm?.lint()).toContain('0 chart(s) failed')
  })

  test('renders manifests that Kubernetes accepts, without unknown fields', async () => {
    const [example, other] = await Promise.all([
      render(),
      renderBare({
        ...least,
        secretEnv: { OTEL_EXPORTER_OTLP_HEADERS: { secret: 'traces', key: 'headers' } },
        image: { digest: `sha256:${'0'.repeat(64)}`, pullSecrets: [{ name: 'registry' }] },
        api: { autoscaling: { enabled: false }, drainSeconds: 0 },
        worker: { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'own', operator: 'Exists' }] },
      }),
    ])
    expect(new Set(example.map(({ kind }) => kind)).size).toBe(8)
    expect(findSchemaProblems([...example, ...other])).toEqual([])
    expect(await findUnknownNames([...example, ...other])).toBe('')
  })

  test('runs existing commands, in pods with minimal rights', async () => {
    const pods = podsOf(await render())
    expect(pods.map(({ component }) => component).toSorted()).toEqual(['api', 'migrate', 'worker'])
    for (const { component, spec, container } of pods) {
      const [command = ''] = items(at(container, 'args')).map((word) => words(word))
      expect(command).toBe(component)
      expect((await createProgram([command])).commands.some((each) => each.name() === command)).toBe(true)
      expect(stringsOf(at(spec, 'securityContext'))).toMatchObject({ runAsNonRoot: 'true', runAsUser: '65532' })
      expect(deployed('Containerfile')).toContain('USER 65532:65532')
      expect(words(spec, 'securityContext', 'seccompProfile', 'type')).toBe('RuntimeDefault')
      expect(at(container, 'securityContext')).toEqual({
        allowPrivilegeEscalation: 'false',
        readOnlyRootFilesystem: 'true',
        capabilities: { drop: ['ALL'] },
      })
      expect(words(spec, 'automountServiceAccountToken')).toBe('false')
      // Names such as ZVIRKA_API_PORT in the environment would be refused as unknown settings.
      expect(words(spec, 'enableServiceLinks')).toBe('false')
      expect(words(container, 'resources', 'limits', 'memory')).not.toBe('')
    }
  })

  test('sets existing settings, and names files that are mounted and readable only by the group', async () => {
    for (const { component, environment, spec, container } of podsOf(await render())) {
      const files = environment.filter(([, value]) => value.startsWith('/etc/zvirka/'))
      const inFiles = files.map(([name]) => name).filter((name) => secretNames.includes(name.replace(/_FILE$/, '')))
      expect({ component, inFiles }).toEqual({ component, inFiles: ['DATABASE_URL_FILE'] })
      readSettings(Object.fromEntries(environment.filter(([name]) => !inFiles.includes(name))))
      const [projected] = items(at(spec, 'volumes')).flatMap((volume) => at(volume, 'projected') ?? [])
      expect(words(projected, 'defaultMode')).toBe(String(0o440))
      expect(words(spec, 'securityContext', 'fsGroup')).toBe(words(spec, 'securityContext', 'runAsGroup'))
      const paths = items(at(projected, 'sources')).flatMap((source) => items(at(source, 'secret', 'items')))
      expect(paths.map((item) => `/etc/zvirka/${words(item, 'path')}`).toSorted()).toEqual(
        files.map(([, path]) => path).toSorted(),
      )
      const mounts = items(at(container, 'volumeMounts')).map((mount) => words(mount, 'mountPath'))
      expect(mounts).toEqual(['/tmp', '/etc/zvirka'])
    }
  })

  test('can set every setting, secrets as files', async () => {
    const open = everySetting.filter(({ isSecret }) => !isSecret).map(({ name }) => name)
    const secrets = everySetting.filter(({ isSecret }) => isSecret).map(({ name }) => name)
    const from = { secret: 'all', key: 'of-them' }
    const onlyInEnvironment = secrets.filter((name) => !secretNames.includes(name))
    const manifests = await renderBare({
      env: Object.fromEntries(open.map((name) => [name, '1'])),
      files: Object.fromEntries(secretNames.map((name) => [`${name}_FILE`, from])),
      secretEnv: Object.fromEntries(onlyInEnvironment.map((name) => [name, from])),
      migrate: { files: login('owner') },
    })
    for (const component of ['api', 'worker']) {
      const names = items(at(podOf(manifests, component).container, 'env')).map((each) => words(each, 'name'))
      const expected = [...open, ...secretNames.map((name) => `${name}_FILE`), ...onlyInEnvironment]
      expect(names.toSorted()).toEqual(expected.toSorted())
    }
  })

  test.each([
    ['a number that is no text', { env: { ZVIRKA_MAX_BODY_BYTES: 16_777_216 } }, 'ZVIRKA_MAX_BODY_BYTES'],
    ['a value that there is not', { workers: { replicas: 4 } }, 'workers'],
    ['a name that is set twice', { env: { DATABASE_URL_FILE: '/elsewhere' } }, 'DATABASE_URL_FILE of api is set twice'],
    ['no login of the owner', { migrate: { files: {} } }, "migrate.files, with the owner's login"],
    ['no login', { files: {} }, 'name a Secret in files or api.files'],
  ])('refuses %s', async (_, values, words) => {
    await expect(renderBare({ ...least, ...values })).rejects.toThrow(words)
  })

  test('gives a component’s settings precedence over common ones', async () => {
    const manifests = await renderBare({
      ...least,
      env: { LOG_LEVEL: 'info' },
      worker: { env: { LOG_LEVEL: 'debug' } },
    })
    expect(environmentOf(manifests, 'worker')['LOG_LEVEL']).toBe('debug')
    expect(environmentOf(manifests, 'api')['LOG_LEVEL']).toBe('info')
  })

  test('probes the health of each component at its health port, even if that is changed', async () => {
    const moved = { ZVIRKA_MONITORING_PORT: '5002', ZVIRKA_WORKER_PORT: '5001', PORT: '5000' }
    for (const [env, api, worker, http] of [
      [{}, defaults.http.monitoringPort, defaults.http.workerPort, defaults.http.port],
      [moved, 5002, 5001, 5000],
    ] as const) {
      const manifests = await renderBare({ ...least, env })
      const portsOf = (component: string) =>
        Object.fromEntries(
          items(at(podOf(manifests, component).container, 'ports')).map((port) => [
            words(port, 'name'),
            Number(words(port, 'containerPort')),
          ]),
        )
      expect(portsOf('api')).toEqual({ http, monitoring: api })
      expect(portsOf('worker')).toEqual({ monitoring: worker })
      for (const component of ['api', 'worker']) {
        const { container } = podOf(manifests, component)
        const probe = (name: string) => stringsOf(at(container, name, 'httpGet'))
        expect(probe('livenessProbe')).toEqual({ path: '/health/live', port: 'monitoring' })
        expect(probe('startupProbe')).toEqual({ path: '/health/live', port: 'monitoring' })
        expect(probe('readinessProbe')).toEqual({ path: '/health/ready', port: 'monitoring' })
        expect(environmentOf(manifests, component)['ZVIRKA_MONITORING_HOST']).toBe('0.0.0.0')
      }
    }
  })

  test('gives a process more time to stop than it needs, also when that time is configured', async () => {
    const { stopSeconds, leaseSeconds } = defaults.worker
    for (const [env, stop, lease] of [
      [{}, stopSeconds, leaseSeconds],
      [{ ZVIRKA_STOP_SECONDS: '300', ZVIRKA_LEASE_SECONDS: '60' }, 300, 60],
    ] as const) {
      const manifests = await renderBare({ ...least, env })
      const graceOf = (component: string) =>
        Number(words(podOf(manifests, component).spec, 'terminationGracePeriodSeconds'))
      const drain = Number(words(podOf(manifests, 'api').container, 'lifecycle', 'preStop', 'sleep', 'seconds'))
      expect(drain).toBeGreaterThan(0)
      expect(graceOf('api')).toBeGreaterThan(drain + stop + 5)
      expect(graceOf('worker')).toBeGreaterThan(stop + lease)
    }
  })

  test('migrates before the new version starts, with the owner’s login, and gives each component its own login', async () => {
    const manifests = await render()
    const [job] = ofKind(manifests, 'Job')
    const hookOf = (manifest: Manifest | undefined) => stringsOf(at(manifest?.yaml, 'metadata', 'annotations'))
    expect(hookOf(job)).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/hook-weight': '0' })
    const policy = ofKind(manifests, 'NetworkPolicy').find(({ name }) => name === 'zvirka-migrate')
    expect(hookOf(policy)).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/hook-weight': '-1' })
    const [rule] = items(at(job?.yaml, 'spec', 'podFailurePolicy', 'rules'))
    expect([words(rule, 'action'), at(rule, 'onExitCodes', 'values')]).toEqual([
      'FailJob',
      [String(exitCode.wrongUsage)],
    ])
    const holders = (secret: string) => podsOf(manifests).filter(({ secrets }) => secrets.includes(secret))
    expect(holders('zvirka-database-owner').map(({ component }) => component)).toEqual(['migrate'])
    expect(holders('zvirka-database-serving').map(({ component }) => component)).toEqual(['api'])
    expect(holders('zvirka-database-working').map(({ component }) => component)).toEqual(['worker'])
    expect(holders('zvirka-trembita').map(({ component }) => component)).toEqual(['worker'])
    expect(podOf(manifests, 'migrate').secrets).not.toContain('zvirka-keys')
  })

  test('scales the API by load and workers by number, and disrupts one at a time', async () => {
    const scaled = await renderBare({ ...least, worker: { replicas: 5 }, api: { replicas: 3 } })
    const fixed = await renderBare({ ...least, api: { replicas: 3, autoscaling: { enabled: false } } })
    const replicasOf = (manifests: readonly Manifest[]) =>
      Object.fromEntries(
        ofKind(manifests, 'Deployment').map(({ name, yaml }) => [name, words(yaml, 'spec', 'replicas')]),
      )
    expect(replicasOf(scaled)).toEqual({ 'zvirka-api': '', 'zvirka-worker': '5' })
    expect(replicasOf(fixed)).toEqual({ 'zvirka-api': '3', 'zvirka-worker': '2' })
    const [scaler, ...more] = ofKind(scaled, 'HorizontalPodAutoscaler')
    expect([words(scaler?.yaml, 'spec', 'scaleTargetRef', 'name'), more]).toEqual(['zvirka-api', []])
    expect(ofKind(fixed, 'HorizontalPodAutoscaler')).toEqual([])
    for (const component of ['api', 'worker']) {
      const { labels } = podOf(scaled, component)
      const budgets = ofKind(scaled, 'PodDisruptionBudget').filter(({ yaml }) =>
        selects(at(yaml, 'spec', 'selector', 'matchLabels'), labels),
      )
      expect(budgets.map(({ yaml }) => words(yaml, 'spec', 'maxUnavailable'))).toEqual(['1'])
      const deployments = ofKind(scaled, 'Deployment').filter(({ yaml }) =>
        selects(at(yaml, 'spec', 'selector', 'matchLabels'), labels),
      )
      expect(deployments.map(({ name }) => name)).toEqual([`zvirka-${component}`])
    }
  })

  test('restricts connections of pods by a network policy', async () => {
    const manifests = await render()
    const policyOf = (component: string) => {
      const { labels } = podOf(manifests, component)
      const [policy, ...more] = ofKind(manifests, 'NetworkPolicy').filter(({ yaml }) =>
        selects(at(yaml, 'spec', 'podSelector', 'matchLabels'), labels),
      )
      expect(more).toEqual([])
      expect(at(policy?.yaml, 'spec', 'policyTypes')).toEqual(['Ingress', 'Egress'])
      const ports = (direction: string) =>
        items(at(policy?.yaml, 'spec', direction)).flatMap((rule) =>
          items(at(rule, 'ports')).map((port) => words(port, 'port')),
        )
      return { into: ports('ingress'), out: ports('egress') }
    }
    expect(policyOf('api')).toEqual({ into: ['http', 'monitoring'], out: ['53', '53', '5432'] })
    expect(policyOf('worker')).toEqual({ into: ['monitoring'], out: ['53', '53', '5432', '443'] })
    expect(policyOf('migrate')).toEqual({ into: [], out: ['53', '53', '5432'] })
    expect(ofKind(await renderBare({ ...least, networkPolicy: { enabled: false } }), 'NetworkPolicy')).toEqual([])
  })

  test('lets Prometheus scrape every process, with the names that the alerts use', async () => {
    const manifests = await render()
    const jobs = ofKind(manifests, 'ServiceMonitor').map(({ yaml }) => {
      const found = ofKind(manifests, 'Service').filter((service) =>
        selects(at(yaml, 'spec', 'selector', 'matchLabels'), stringsOf(at(service.yaml, 'metadata', 'labels'))),
      )
      expect(found).toHaveLength(1)
      const service = found[0]?.yaml
      const [endpoint] = items(at(yaml, 'spec', 'endpoints'))
      const [port] = items(at(service, 'spec', 'ports'))
      expect(words(endpoint, 'port')).toBe(words(port, 'name'))
      expect([words(service, 'spec', 'clusterIP'), words(service, 'spec', 'publishNotReadyAddresses')]).toEqual([
        'None',
        'true',
      ])
      const [relabeling] = items(at(endpoint, 'relabelings'))
      const pods = podsOf(manifests).filter(({ labels }) => selects(at(service, 'spec', 'selector'), labels))
      return [
        words(relabeling, 'targetLabel'),
        words(relabeling, 'replacement'),
        pods.map(({ component }) => component),
      ]
    })
    const known = items(at(deployedYaml('prometheus/prometheus.yml'), 'scrape_configs')).map((job) =>
      words(job, 'job_name'),
    )
    expect(jobs.map(([, name]) => name).toSorted()).toEqual(known.toSorted())
    expect(jobs).toEqual([
      ['job', 'zvirka-api', ['api']],
      ['job', 'zvirka-worker', ['worker']],
    ])
  })

  test('contains the alerts of deploy/prometheus, each with a link to its explanation', async () => {
    const [rule] = ofKind(await render(), 'PrometheusRule')
    const linked = deployed('prometheus/alerts.yml').replaceAll(
      '{{ $externalLabels.runbook_base }}',
      'https://runbooks.example/zvirka/',
    )
    const groups = items(at(rule?.yaml, 'spec', 'groups'))
    const alerts = groups.flatMap((group) => items(at(group, 'rules')))
    expect(alerts.map((alert) => words(alert, 'alert'))).toEqual(
      [...linked.matchAll(/- alert: (\w+)/g)].map(([, name]) => name),
    )
    for (const alert of alerts) {
      expect(linked).toContain(`runbook_url: '${words(alert, 'annotations', 'runbook_url')}'\n`)
      expect(linked).toContain(`summary: '${words(alert, 'annotations', 'summary')}'`)
    }
  })

  test('routes requests to the service to the API', async () => {
    const manifests = await render()
    const service = ofKind(manifests, 'Service').find(({ name }) => name === 'zvirka-api')
    const pods = podsOf(manifests).filter(({ labels }) => selects(at(service?.yaml, 'spec', 'selector'), labels))
    expect(pods.map(({ component }) => component)).toEqual(['api'])
    expect(items(at(service?.yaml, 'spec', 'ports')).map((port) => words(port, 'targetPort'))).toEqual(['http'])
    const without = await renderBare({ ...least, api: { enabled: false } })
    expect(without.filter(({ name }) => name.includes('api'))).toEqual([])
  })
})

describe('beside the chart', () => {
  test('its version is the program’s', () => {
    const { version }: { version: string } = JSON.parse(deployed('../package.json'))
    expect(deployed('helm/zvirka/Chart.yaml')).toContain(`\nappVersion: ${version}\n`)
  })

  test('the example cluster has the logins that migration, API and workers need', () => {
    const text = deployed('helm/zvirka/examples/cloudnative-pg.yaml')
    const statements = [...text.matchAll(/^ +- ((?:alter|create|grant) .*)$/gm)].map(([, sql]) => `${sql};`)
    const grants = rolesSql('zvirka', 'zvirka')
      .replaceAll('"', '')
      .split('\n')
      .filter((line) => line.startsWith('grant'))
    expect(statements.filter((line) => line.startsWith('grant'))).toEqual(grants)
    const granted = [...text.matchAll(/name: (zvirka_\w+)\n.*\n.*\n +inRoles: \[(.*)\]/g)].map(([, ...each]) => each)
    expect(granted).toEqual([
      ['zvirka_serving', servingRoles.api.join(', ')],
      ['zvirka_working', servingRoles.work.join(', ')],
    ])
  })
})
