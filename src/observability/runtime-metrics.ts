/** Metrics of the process itself: version, memory, CPU time, event loop lag. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, type Registry } from 'prom-client'
import { logFailures } from './log.ts'

const resolutionMs = 20

/** Declares the metrics of every process. */
export function runtimeMetrics(registry: Registry): { build(version: string): void; close(): void } {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  new Gauge({
    name: 'zvirka_start_timestamp_seconds',
    help: 'Start time of this process',
    registers: [registry],
  }).set(Date.now() / 1000 - process.uptime())
  const info = new Gauge({
    name: 'zvirka_build_info',
    help: 'Always 1; labels: the versions of the program and of Node',
    labelNames: ['version', 'node'],
    registers: [registry],
  })
  new Gauge({
    name: 'zvirka_event_loop_delay_seconds',
    help: 'Event loop delay since the last scrape, by quantile',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      // Node measures the time between two ticks of a timer, which equals its resolution without any lag.
      const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000)
      for (const quantile of [0.5, 0.99]) this.set({ quantile }, late(delay.percentile(quantile * 100)))
      this.set({ quantile: 1 }, late(delay.max))
      delay.reset()
    },
  })
  new Gauge({
    name: 'zvirka_memory_bytes',
    help: 'Memory of this process',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      const { rss, heapUsed } = process.memoryUsage()
      this.set({ kind: 'resident' }, rss)
      this.set({ kind: 'heap_used' }, heapUsed)
    },
  })
  new Counter({
    name: 'zvirka_cpu_seconds_total',
    help: 'CPU time of this process',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
  new Counter({
    name: 'zvirka_log_failures_total',
    help: 'Writes of log lines that failed, as to a full disk',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(logFailures())
    },
  })
  return {
    build: (version) => info.set({ version, node: process.versions.node }, 1),
    close: () => delay.disable(),
  }
}
