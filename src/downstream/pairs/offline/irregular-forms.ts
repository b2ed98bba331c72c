/** English forms that follow no rule, as far as text from 1961 has them often. */

/** Plural nouns by their singular. */
export const irregularPlurals: Readonly<Record<string, string>> = {
  ...{ man: 'men', woman: 'women', child: 'children', foot: 'feet', tooth: 'teeth', mouse: 'mice' },
  ...{ gentleman: 'gentlemen', policeman: 'policemen', workman: 'workmen', fireman: 'firemen' },
  ...{ wife: 'wives', life: 'lives', knife: 'knives', half: 'halves', leaf: 'leaves', shelf: 'shelves' },
  ...{ crisis: 'crises', analysis: 'analyses', basis: 'bases', hypothesis: 'hypotheses' },
  ...{ phenomenon: 'phenomena', criterion: 'criteria', stimulus: 'stimuli', nucleus: 'nuclei' },
};

/** Past participles by their base; some are the base itself. */
export const irregularParticiples: Readonly<Record<string, string>> = {
  ...{ be: 'been', have: 'had', do: 'done', go: 'gone', say: 'said', make: 'made', take: 'taken' },
  ...{ see: 'seen', get: 'got', give: 'given', find: 'found', think: 'thought', tell: 'told' },
  ...{ know: 'known', show: 'shown', leave: 'left', feel: 'felt', bring: 'brought', begin: 'begun' },
  ...{ keep: 'kept', hold: 'held', write: 'written', stand: 'stood', hear: 'heard', mean: 'meant' },
  ...{ meet: 'met', pay: 'paid', sit: 'sat', speak: 'spoken', lead: 'led', grow: 'grown', lose: 'lost' },
  ...{ fall: 'fallen', send: 'sent', build: 'built', understand: 'understood', draw: 'drawn' },
  ...{ break: 'broken', spend: 'spent', rise: 'risen', drive: 'driven', buy: 'bought', wear: 'worn' },
  ...{ choose: 'chosen', throw: 'thrown', catch: 'caught', deal: 'dealt', win: 'won', forget: 'forgotten' },
  ...{ lay: 'laid', sell: 'sold', fight: 'fought', teach: 'taught', eat: 'eaten', sing: 'sung' },
  ...{ strike: 'struck', hang: 'hung', shake: 'shaken', ride: 'ridden', feed: 'fed', shoot: 'shot' },
  ...{ drink: 'drunk', hide: 'hidden', fly: 'flown', arise: 'arisen', swing: 'swung', bear: 'borne' },
  ...{ steal: 'stolen', lie: 'lain', sleep: 'slept', swim: 'swum', freeze: 'frozen' },
  ...{ seek: 'sought', lend: 'lent', bend: 'bent', bind: 'bound', wind: 'wound', tear: 'torn' },
  ...{ blow: 'blown', swear: 'sworn', sink: 'sunk', slide: 'slid', dig: 'dug' },
  ...{
    withdraw: 'withdrawn',
    undertake: 'undertaken',
    overcome: 'overcome',
    become: 'become',
    come: 'come',
    run: 'run',
  },
  ...{
    put: 'put',
    set: 'set',
    let: 'let',
    cut: 'cut',
    hit: 'hit',
    hurt: 'hurt',
    cost: 'cost',
    read: 'read',
    beat: 'beat',
    shut: 'shut',
  },
};
