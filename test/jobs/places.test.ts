import { expect, test } from 'vitest'
import { Places } from '../../src/jobs/places.ts'

function placesOf(...ids: string[]) {
  const woken: string[] = []
  const places = new Places((id) => woken.push(id))
  for (const id of ids) places.free(id)
  return { places, woken }
}

test('a notice wakes one place, by turns', () => {
  const { places, woken } = placesOf('a', 'b', 'c')
  for (let notice = 0; notice < 4; notice += 1) places.wakeOne()
  expect(woken).toEqual(['a', 'b', 'c', 'a'])
})

test('a notice wakes none that has a job', () => {
  const { places, woken } = placesOf('a', 'b')
  places.take('a')
  places.wakeOne()
  places.wakeOne()
  places.take('b')
  places.wakeOne()
  places.free('a')
  places.wakeOne()
  expect(woken).toEqual(['b', 'b', 'a'])
})
