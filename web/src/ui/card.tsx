/** A part of a page with a heading of its own, and a list of facts. */
import { type ReactNode, useId } from 'react'
import styles from './card.module.css'

/** A part of a page. */
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

/** Facts: what each is called, and what it is. Dense: two of them find room in a narrow card. */
export function Facts({ children, isDense = false }: { readonly children: ReactNode; readonly isDense?: boolean }) {
  return <dl className={isDense ? `${styles['facts']} ${styles['dense']}` : styles['facts']}>{children}</dl>
}

/** One of them; `isWide` takes a line of its own. */
export function Fact(props: { readonly name: string; readonly children: ReactNode; readonly isWide?: boolean }) {
  return (
    <div {...(props.isWide === true ? { className: styles['wide'] } : {})}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}
