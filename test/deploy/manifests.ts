/** Whether Kubernetes accepts manifests. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { Job } from 'kubernetes-models/batch/v1/Job'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'
import { repository } from '../support/imports.ts'
import type { Manifest } from './chart.ts'

const operator = '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
/** For each kind, its schema validator (by ajv) and the place of its type. */
const kinds = {
  Deployment: [Deployment, 'kubernetes-models/apps/v1'],
  HorizontalPodAutoscaler: [HorizontalPodAutoscaler, 'kubernetes-models/autoscaling/v2'],
  Job: [Job, 'kubernetes-models/batch/v1'],
  NetworkPolicy: [NetworkPolicy, 'kubernetes-models/networking.k8s.io/v1'],
  PodDisruptionBudget: [PodDisruptionBudget, 'kubernetes-models/policy/v1'],
  Service: [Service, 'kubernetes-models/v1'],
  ServiceMonitor: [ServiceMonitor, operator],
  PrometheusRule: [PrometheusRule, operator],
} as const

/** The schema violations of manifests. Schemas allow unknown names; see `findUnknownNames`. */
export function findSchemaProblems(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap(({ kind, name, json }) => {
    const [, [Model] = []] = Object.entries(kinds).find(([known]) => known === kind) ?? []
    if (Model === undefined) return [`${kind} is not known here`]
    try {
      // Its own apiVersion and kind are replaced by the manifest's, which must be the same.
      new Model(Object(json)).validate()
      return []
    } catch (error) {
      return [`${kind} ${name}: ${error}`]
    }
  })
}

/** TypeScript's errors for manifests as literals of the Kubernetes types: mainly unknown names. */
export async function findUnknownNames(manifests: readonly Manifest[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-manifests-'))
  try {
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'))
    const imports = Object.entries(kinds).map(([kind, [, from]]) => `import type { I${kind} } from '${from}'`)
    const literals = manifests.map(
      ({ kind, json }, index) => `export const m${index}: I${kind} = ${JSON.stringify(json, null, 1)}`,
    )
    await writeFile(join(folder, 'manifests.mts'), [...imports, ...literals].join('\n'))
    const tsc = join(repository, 'node_modules/.bin/tsc')
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', '']
    return await new Promise((resolve) => {
      execFile(tsc, [...options, 'manifests.mts'], { cwd: folder }, (error, out) =>
        resolve(error === null ? '' : out || String(error)),
      )
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}
