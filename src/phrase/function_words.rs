//! The words that carry grammar rather than matter, by language.
//!
//! In: a folded word's hash. Out: in which of the known languages it is a function word. A phrase
//! is told by its content words; function words only hold it together.
//!
//! The lists hold articles, pronouns, prepositions, conjunctions, auxiliaries and the commonest
//! adverbs, each in its ordinary spelling. They are the closed classes of the language, as in the
//! Snowball stop lists, without any word that a headline would be remembered by.

use super::numbering::Numbering;
use crate::hash;
use crate::text::{Token, fold};

/// A language whose function words are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Language {
    /// Place in [`LISTS`].
    index: usize,
}

impl Language {
    /// How many there are.
    pub(crate) const COUNT: usize = LISTS.len();

    /// The language at `index` of a tally of [`Languages::iter`].
    pub(crate) fn at(index: usize) -> Self {
        debug_assert!(index < Self::COUNT);
        Self { index }
    }

    /// Whether every noun is capitalised, so that a capital does not tell a name.
    pub(crate) fn capitalises_nouns(self) -> bool {
        LISTS[self.index].0 == GERMAN
    }

    /// Whether letters that carry grammar stand between those that carry matter.
    pub(crate) fn mixes_letters(self) -> bool {
        LISTS[self.index].0 == JA
    }
}

/// The languages in which something is a function word: 1 in the counter of each, so that sets are
/// counted by adding them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Languages(u128);

/// All function words, by hash.
#[derive(Clone, Debug)]
pub(crate) struct FunctionWords {
    words: Numbering,
    /// By the number of the word.
    languages: Vec<Languages>,
    /// By language, its words; the last one is empty.
    sets: Vec<Set>,
    /// A bit for each word at its hash: most words of a text are told by it to be none, from
    /// 4 KB that stay in the nearest cache.
    filter: Vec<u64>,
}

/// Bits of the filter, a power of two: 2,000 words set one in sixteen.
const FILTER_BITS: u64 = 1 << 15;

/// The hashes of some words, in buckets of four, none of them overflowing: whether a word is among
/// them is told without a branch, from a few KB that stay in the nearest cache. In running text
/// that is as good as a coin toss, and each wrong guess of the CPU costs as much as the look-up.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    buckets: Vec<[u64; 4]>,
    /// Where in a hash the number of its bucket is.
    shift: u32,
}

impl Set {
    /// `hashes` must be distinct.
    fn new(hashes: &[u64]) -> Self {
        let mut buckets = hashes.len().next_power_of_two() / 2;
        loop {
            let found = (0..40).find_map(|shift| Self::with(hashes, buckets.max(1), shift));
            match found {
                Some(set) => return set,
                None => buckets *= 2,
            }
        }
    }

    fn with(hashes: &[u64], buckets: usize, shift: u32) -> Option<Self> {
        let mut set = Self {
            buckets: vec![[0; 4]; buckets],
            shift,
        };
        for &hash in hashes {
            let at = set.bucket(hash);
            // No word has the hash 0 but by a chance of one in 2^64.
            let free = set.buckets[at].iter_mut().find(|slot| **slot == 0)?;
            *free = hash;
        }
        Some(set)
    }

    #[inline(always)]
    fn bucket(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize & (self.buckets.len() - 1)
    }

    #[inline(always)]
    pub(crate) fn contains(&self, hash: u64) -> bool {
        self.mask(hash) != 0
    }

    /// All bits for a word that is among them, none for another.
    #[inline(always)]
    pub(crate) fn mask(&self, hash: u64) -> u64 {
        let bucket = self.buckets[self.bucket(hash)].iter();
        let equal = bucket.map(|known| u64::from(*known == hash).wrapping_neg());
        equal.fold(0, |any, equal| any | equal)
    }
}

impl FunctionWords {
    pub(crate) fn new() -> Self {
        let mut words = Numbering::default();
        let mut languages: Vec<Languages> = Vec::new();
        let mut filter = vec![0; FILTER_BITS as usize / 64];
        let mut sets = Vec::new();
        let mut folded = String::new();
        for (index, (_, list)) in LISTS.iter().enumerate() {
            let mut hashes = Vec::new();
            for word in list.split_ascii_whitespace() {
                folded.clear();
                fold(word, &mut folded);
                let hash = hash::word(folded.as_bytes());
                filter[Self::filter_word(hash)] |= 1 << (hash % 64);
                let number = words.number(hash) as usize;
                languages.resize(words.len(), Languages::default());
                languages[number].0 |= 1 << (COUNTER * index);
                hashes.push(hash);
            }
            hashes.sort_unstable();
            hashes.dedup();
            sets.push(Set::new(&hashes));
        }
        sets.push(Set::new(&[]));
        Self {
            words,
            languages,
            sets,
            filter,
        }
    }

    /// The hashes of the function words of a language; none if it is not known.
    pub(crate) fn of(&self, language: Option<Language>) -> &Set {
        &self.sets[language.map_or(Language::COUNT, |language| language.index)]
    }

    fn filter_word(hash: u64) -> usize {
        (hash % FILTER_BITS / 64) as usize
    }

    /// By language, how many of some words, 256 at most, are its function words.
    pub(crate) fn count(&self, words: &[Token]) -> [usize; Language::COUNT] {
        let mut known = [0; MOST_COUNTED];
        let mut len = 0;
        // Those that may be are listed first, without a branch that cannot be guessed.
        for word in &words[..words.len().min(MOST_COUNTED)] {
            known[len] = word.hash;
            let bits = self.filter[Self::filter_word(word.hash)];
            len += (bits >> (word.hash % 64) & 1) as usize;
        }
        let languages = known[..len].iter().map(|&hash| {
            let number = self.words.get(hash);
            number.map_or(0, |number| self.languages[number as usize].0)
        });
        let sum: u128 = languages.sum();
        std::array::from_fn(|index| (sum >> (COUNTER * index)) as usize & ((1 << COUNTER) - 1))
    }
}

/// Words that are counted at most: the counter of a language has no room for more.
const MOST_COUNTED: usize = 256;
/// Bits of a counter.
const COUNTER: usize = 10;

const GERMAN: &str = "de";
const JA: &str = "ja";

/// ISO 639-1 code and words.
const LISTS: [(&str, &str); 12] = [
    ("en", ENGLISH),
    (GERMAN, GERMAN_WORDS),
    ("fr", FRENCH),
    ("es", SPANISH),
    ("pt", PORTUGUESE),
    ("it", ITALIAN),
    ("nl", DUTCH),
    ("ru", RUSSIAN),
    ("pl", POLISH),
    ("ar", ARABIC),
    ("zh", CHINESE),
    (JA, JAPANESE),
];

const ENGLISH: &str = "
a an the this that these those such each every either neither both all any some no none nor not
i me my mine myself you your yours yourself he him his himself she her hers herself it its itself
we us our ours ourselves they them their theirs themselves one ones who whom whose which what
where when why how there here then than thus so too very also just only even still yet again once
ever never always often now already almost rather quite more most much many less least few other
another same own if unless until till while whilst because since although though whether as
and or but of in on at by for from to into onto upon with without within about above across after
against along among amid around before behind below beneath beside besides between beyond despite
down during except inside like near off out outside over past per through throughout toward
towards under up via
am is are was were be been being isn't aren't wasn't weren't have has had having haven't hasn't
hadn't do does did doing done don't doesn't didn't will would shall should can could may might
must ought cannot can't couldn't won't wouldn't shouldn't let let's it's that's there's he's she's
i'm i've i'd i'll you're you've we're we've they're they've who's what's
get gets got go goes going went say says said saying mr mrs ms dr u.s
";

const GERMAN_WORDS: &str = "
der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner dieser
diese dieses diesen diesem jener jene jenes jenen jeder jede jedes jeden alle allem allen aller
alles manche mancher einige einiger solche solcher welche welcher welches ich mich mir mein meine
du dich dir dein er ihn ihm sein seine seinen seinem seiner seines sie ihr ihre ihren ihrem ihrer
ihres es wir uns unser unsere unserer euch sich selbst man wer wen wem was wo wann warum wie wieso
und oder aber denn sondern doch jedoch als wenn weil dass daß ob obwohl damit während bevor nachdem
bis seit sobald solange in im ins an am ans auf aus bei beim mit nach von vom zu zum zur über unter
vor hinter neben zwischen durch für gegen ohne um trotz wegen statt laut ab außer gegenüber bin
bist ist sind seid war waren wäre wären gewesen sein habe hast hat haben hatte hatten hätte hätten
gehabt werde wird werden wurde wurden worden würde würden kann können konnte konnten könnte könnten
muss müssen musste mussten soll sollen sollte sollten will wollen wollte wollten darf dürfen durfte
mag möchte nicht nichts nie noch nur schon auch so sehr mehr viel viele vieler weniger etwa hier da
dort dann nun jetzt immer wieder bereits dabei dazu davon daran darauf darüber dadurch dafür
dagegen daher deshalb also zwar sowie sowohl bzw etwas andere anderen anderer anderes eigenen
";

const FRENCH: &str = "
le la les l' un une des du de d' au aux ce cet cette ces c' mon ma mes ton ta tes son sa ses notre
nos votre vos leur leurs je j' tu il elle on nous vous ils elles me te se s' lui y en moi toi soi
eux qui que qu' quoi dont où quel quelle quels quelles lequel laquelle lesquels lesquelles et ou
mais donc or ni car si comme quand lorsque puisque parce afin alors ainsi aussi bien très trop
plus moins peu beaucoup tout toute tous toutes autre autres même mêmes chaque plusieurs certains
certaines aucun aucune à dans par pour sur sous avec sans chez entre vers contre depuis pendant
avant après devant derrière dès jusque jusqu' lors selon malgré parmi hors ne n' pas point jamais
rien encore toujours déjà ici là suis es est sommes êtes sont été être étant étais était étions
étaient sera seront serait seraient soit soient fut furent ai as a avons avez ont avait avaient
avoir ayant eu aura auront aurait auraient ait fait faire font peut peuvent pourrait pouvoir doit
doivent va vont cela ceci ça celui celle ceux celles dit
";

const SPANISH: &str = "
el la los las lo un una unos unas al del de a ante bajo con contra desde durante en entre hacia
hasta mediante para por según sin sobre tras y e o u ni pero sino mas aunque porque pues como
cuando donde mientras si que qué quien quién quienes cual cuál cuales cuyo cuya cuyos cuyas yo me mi
mis tú te ti tu tus él ella ello se sí su sus nosotros nos nuestro nuestra nuestros nuestras
vosotros os vuestro ellos ellas le les este esta esto estos estas ese esa eso esos esas aquel
aquella aquello aquellos aquellas no nunca nada nadie ningún ninguna también tampoco ya aún todavía
muy más menos mucho mucha muchos muchas poco poca tan tanto tanta todo toda todos todas otro otra
otros otras mismo misma mismos algún alguna algunos algunas algo cada así entonces luego después
antes aquí allí ahora siempre sólo solo soy es somos son era eran fue fueron ser sido siendo será
serán sería sean sea estoy está están estaba estaban estar estado he ha hemos han había habían
haber hay hubo habrá puede pueden podría poder debe deben va van ir hace hacer hizo tiene tienen
dijo
";

const PORTUGUESE: &str = "
o a os as um uma uns umas de do da dos das em no na nos nas num numa por pelo pela pelos pelas para
pra com sem sob sobre entre até desde após ante contra durante ao aos à às e ou nem mas porém
contudo embora porque pois como quando onde enquanto se que quem qual quais cujo cuja cujos cujas
eu me mim meu minha meus minhas tu te ti teu tua você vocês ele ela eles elas lhe lhes si seu sua
seus suas nós nosso nossa nossos nossas isto isso aquilo este esta estes estas esse essa esses
essas aquele aquela aqueles aquelas deste desta neste nesta desse dessa nesse nessa dele dela deles
delas não nunca nada ninguém nenhum nenhuma também já ainda muito muita muitos muitas mais menos
pouco tão tanto todo toda todos todas tudo outro outra outros outras mesmo mesma mesmos algum
alguma alguns algumas algo cada assim então depois antes aqui ali lá agora sempre só apenas sou é
somos são era eram foi foram ser sido sendo será serão seria seriam seja sejam fosse estou está
estão estava estavam estar estado tenho tem têm tinha tinham ter tendo teve há houve haver havia
pode podem poderia poder deve devem vai vão ir faz fazer fez disse
";

const ITALIAN: &str = "
il lo la i gli le l' un uno una un' di a da in con su per tra fra del dello della dei degli delle
dell' al allo alla ai agli alle all' dal dallo dalla dai dagli dalle dall' nel nello nella nei negli
nelle nell' sul sullo sulla sui sugli sulle sull' col e ed o od ma però anche né se come quando dove
mentre perché poiché dunque quindi che chi cui quale quali io me mi mio mia miei mie tu te ti tuo
tua lui lei egli ella esso essa noi ci nostro nostra nostri nostre voi vi vostro loro essi si sé suo
sua suoi sue ne questo questa questi queste quello quella quelli quelle quel quei quegli non mai
niente nulla nessuno nessuna più meno molto molta molti molte poco tanto troppo tutto tutta tutti
tutte altro altra altri altre stesso stessa stessi ogni qualche alcuni alcune già ancora sempre solo
così poi prima dopo qui qua là ora oggi sono sei è siamo siete era erano fu furono essere stato
stata stati state sarà saranno sarebbe sia siano ho hai ha abbiamo avete hanno aveva avevano avere
avuto avrà abbia può possono potrebbe deve devono va vanno fa fare fatto viene contro senza sotto
sopra verso presso durante secondo detto
";

const DUTCH: &str = "
de het een der des den deze dit die dat zo'n elk elke ieder iedere alle alles sommige geen ik me mij
mijn je jij jou jouw u uw hij hem zijn zij ze haar het wij we ons onze jullie hun hen zich zelf men
wie wat welk welke waar wanneer waarom hoe en of maar want dus noch dan als toen omdat doordat
hoewel terwijl zodat tenzij indien om in op aan bij met van voor na naar uit over onder boven tussen
door tegen zonder tot sinds per via tijdens volgens binnen buiten langs rond achter naast ben bent is
was waren zijn geweest word wordt worden werd werden geworden heb hebt heeft hebben had hadden gehad
kan kunnen kon konden zal zullen zou zouden moet moeten moest mag mogen wil willen wilde doet doen
gaat gaan niet niets nooit nog al ook wel zo te toch er hier daar nu weer meer meest veel vele weinig
minder zeer heel andere ander eigen al reeds altijd echter daarom daarvoor ervan erop eraan zei
";

const RUSSIAN: &str = "
и а но да или либо ни не нет же ли бы б в во на с со к ко по о об обо от ото до из изо у за над
под подо при про для без через между перед после около ради среди против вместо кроме вокруг как
так что чтобы чем если когда где куда откуда почему зачем пока хотя потому поэтому также тоже
только лишь даже уже еще ещё вот тут там здесь теперь сейчас тогда всегда никогда опять снова очень
более менее больше меньше много мало я меня мне мной мы нас нам нами ты тебя тебе тобой вы вас вам
вами он его него ему нему им ним нем нём она ее её нее неё ей ней они их них ими ними себя себе собой
мой моя мое моё мои моего моей твой наш наша наше наши нашего нашей ваш ваша ваше ваши свой своя свое
своё свои своего своей своих своим своими этот эта это эти этого этой этому этим этих этими этом тот
та то те того той тому тем тех теми том такой такая такое такие таких весь вся все всё всего всей
всех всем всеми кто кого кому кем ком чего чему который которая которое которые которого которой
которому которым которых которыми сам сама само сами самый самая самые самого другой другая другие
других каждый каждая быть был была было были будет будут есть является являются может могут мог
можно нужно надо стал стала стали год года году также г
";

const POLISH: &str = "
i a ale lecz oraz albo lub czy ani że żeby aby by bo ponieważ gdyż więc zatem jednak jeśli jeżeli gdy
kiedy gdzie jak jako niż choć chociaż podczas w we na z ze do od ode o u po przy przed przez dla bez
nad pod za między wśród przeciw wobec według około ja mnie mi mną my nas nam nami ty ciebie cię tobie
ci tobą wy was wam on go jego niego mu jemu niemu nim ona jej niej ją nią ono oni ich nich im nimi one
je się siebie sobie sobą mój moja moje moich twój nasz nasza nasze naszych wasz swój swoja swoje swojej
swoich swoim ten ta to ci te tego tej temu tym tych tymi tę tą tam tamten taki taka takie takich cały
wszystko wszyscy wszystkie wszystkich każdy każda każde kto kogo komu kim co czego czemu czym który
która które którego której któremu którym których którzy którą sam sama samo inny inna inne innych nie
tak też także tylko nawet już jeszcze teraz wtedy tu tutaj zawsze nigdy bardzo bardziej więcej mniej
dużo mało być jest są był była było były będzie będą został została zostały może mogą można ma mają
miał miała trzeba jestem roku
";

const ARABIC: &str = "
في من إلى الى على عن مع بين حتى منذ خلال بعد قبل عند لدى أمام امام وراء فوق تحت حول ضد دون بدون غير
و أو او أم ام ثم لكن ولكن بل إن ان أن بأن وأن لأن وان إذا اذا لو لولا كما كأن حيث بينما عندما كلما مما
ما لا لم لن ليس ليست لقد قد وقد سوف هل يا هذا هذه ذلك تلك هؤلاء أولئك هنا هناك الذي التي الذين اللذين
اللتين اللاتي هو هي هم هن أنا نحن أنت أنتم له لها لهم لنا به بها بهم بنا فيه فيها فيهم منه منها منهم
عليه عليها عليهم إليه إليها عنه عنها معه معها كان كانت كانوا يكون تكون وكان وكانت كل بعض أي اي جميع
كافة كلا أكثر اكثر أقل اقل جدا أيضا ايضا فقط الآن أول اول آخر اخر عدة نحو وفي ومن وعلى وإلى وهو وهي
وهذا وهذه بما فيما كذلك قال وقال وقالت قالت أما اما إنه انه إنها انها أنه أنها وأنه وأنها التى الى
";

/// Single characters, as UAX #29 leaves them.
const CHINESE: &str = "
的 了 是 在 和 与 及 或 也 就 都 而 但 不 没 很 还 又 再 把 被 给 让 向 从 对 为 以 于 之 其 此 这 那
哪 什 么 谁 我 你 您 他 她 它 们 个 些 等 着 过 得 地 并 所 将 会 能 可 要 有 到 说 上 下 中 里 后 前
吗 呢 吧 啊 啦 嘛 如 若 则 因 由 至 另 某 各 每 該 该 們 個 這 與 為 對 從 將 會 沒 還 說 過 裡 後
";

/// Single characters, as UAX #29 leaves them.
const JAPANESE: &str = "
の に は を た が で て と し れ さ い る も な か ら っ あ こ ん す そ う り よ ま せ け ど え お き く
だ つ ば へ み め や わ ろ ず ぞ ね び べ む ゆ
";
