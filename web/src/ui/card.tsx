/** Cards (a section with a heading) and lists of facts. */
import { type ReactNode, useId } from 'react'
import styles from './card.module.css'

/** A section with a heading. */
export function Card(props: { readonly title: ReactNode; readonly actions?: ReactNode; readonly children: ReactNode }) {
  const id = useId()
  return (
    <section className={styles['card']} aria-labelledby={id}>
      <div className={styles['head']}>
        <h2 id={id}>{props.title}</h2>
        {props.actions !== undefined && <div className={styles['actions']}>{props.actions}</div>}
      </div>
      {props.children}
    </section>
  )
}

/** A list of names with values. `isDense`: two per row in a narrow card. */
export function Facts({ children, isDense = false }: { readonly children: ReactNode; readonly isDense?: boolean }) {
  return <dl className={isDense ? `${styles['facts']} ${styles['dense']}` : styles['facts']}>{children}</dl>
}

/** A name with a value; `isWide` takes a whole row. */
export function Fact(props: { readonly name: string; readonly children: ReactNode; readonly isWide?: boolean }) {
  return (
    <div {...(props.isWide === true ? { className: styles['wide'] } : {})}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}
