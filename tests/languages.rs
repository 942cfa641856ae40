//! Relations in five languages: a story and its variants.

mod common;

use common::Random;
use reprint::relation::{DifferenceKind, Relation, Side, compare};

/// What is written in one language.
struct Desk {
    /// Paragraphs of about 25 words.
    story: [&'static str; 8],
    /// A light edit: wording, no fact.
    edits: [(&'static str, &'static str); 3],
    /// The next day's news, which replace two paragraphs.
    news: [&'static str; 2],
    /// Another story of the same subject.
    unrelated: &'static str,
    /// A notice with slots.
    form: &'static str,
    /// What fills the slots of two notices.
    uses: [[&'static str; 8]; 2],
}

impl Desk {
    fn story(&self) -> String {
        self.story.join("\n\n")
    }

    fn light_edit(&self) -> String {
        self.edits.iter().fold(self.story(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        })
    }

    /// Without its third, sixth and eighth paragraph.
    fn abridged(&self) -> String {
        [0, 1, 3, 4, 6].map(|at| self.story[at]).join("\n\n")
    }

    fn excerpt(&self) -> String {
        self.story[3..6].join("\n\n")
    }

    /// Misreads one letter in twenty.
    fn scanned(&self) -> String {
        let story: Vec<char> = self.story().chars().collect();
        let letters: Vec<char> = story
            .iter()
            .copied()
            .filter(|c| c.is_lowercase() || c.is_alphabetic() && !c.is_uppercase())
            .collect();
        let mut number = 0;
        let misread = |&letter: &char| {
            if !letters.contains(&letter) {
                return letter;
            }
            number += 1;
            if number % 20 == 0 {
                letters[7 * number % letters.len()]
            } else {
                letter
            }
        };
        story.iter().map(misread).collect()
    }

    /// The same lead, with news below it in place of two paragraphs.
    fn update(&self) -> String {
        [&self.story[..1], &self.news[..], &self.story[3..]]
            .concat()
            .join("\n\n")
    }

    /// Another article, with a lead of its own and copied background.
    fn background(&self) -> String {
        [&self.news[..], &self.story[3..]].concat().join("\n\n")
    }

    fn notice(&self, number: usize) -> String {
        let slots = self.uses[number].iter();
        slots.fold(self.form.to_owned(), |text, slot| {
            text.replacen("{}", slot, 1)
        })
    }

    fn check(&self) {
        let story = self.story();
        let cases = [
            (story.clone(), Relation::Exact, None),
            (self.light_edit(), Relation::LightEdit, None),
            (self.abridged(), Relation::Abridged, Some(Side::B)),
            (self.excerpt(), Relation::Excerpt, Some(Side::B)),
            (self.update(), Relation::Update, None),
            (self.background(), Relation::Partial, None),
            (self.scanned(), Relation::LightEdit, None),
            (self.unrelated.to_owned(), Relation::Unrelated, None),
            (self.notice(0), Relation::Unrelated, None),
        ];
        for (other, relation, derived) in cases {
            let found = compare(&story, &other).unwrap();
            assert_eq!(
                found.summary.relation,
                relation,
                "{}\n{other}",
                found.sentence()
            );
            if derived.is_some() {
                assert_eq!(found.summary.derived, derived, "{}", found.sentence());
            }
            let back = compare(&other, &story).unwrap();
            assert_eq!(back.summary, found.summary.reversed());
        }
        let [first, second] = [0, 1].map(|number| self.notice(number));
        let found = compare(&first, &second).unwrap();
        assert_eq!(
            found.summary.relation,
            Relation::Template,
            "{}",
            found.sentence()
        );
        assert!(!found.differences.is_empty());
    }
}

#[test]
fn english() {
    ENGLISH.check();
}

#[test]
fn german() {
    GERMAN.check();
    // A synonym that is a noun has a capital, and is no name for that.
    let found = compare(&GERMAN.story(), &GERMAN.light_edit()).unwrap();
    assert!(
        found
            .differences
            .iter()
            .all(|d| d.kind != DifferenceKind::Name),
        "{found:?}"
    );
    assert_eq!(found.summary.facts, 0);
}

#[test]
fn russian() {
    RUSSIAN.check();
}

#[test]
fn arabic() {
    ARABIC.check();
}

#[test]
fn chinese() {
    CHINESE.check();
}

const ENGLISH: Desk = Desk {
    story: [
        "The lighthouse at Cape Marrow will keep its keeper after all, the harbour board decided on \
         Monday evening, after a hall full of fishermen had asked it for an hour not to send him away.",
        "The board had planned to put a lamp that needs no one in the tower by the end of the year, \
         as it has done at eleven other stations along this coast since the railway was closed.",
        "Ewan Tarrant, who has lived in the tower for twenty-six years, said he had packed his books \
         twice and would now put them back on the shelf, in the order in which they were before.",
        "A lamp that goes out in a storm and has nobody beside it is worse than none, said Ruth Abel, \
         who owns the trawler Patience and lost a brother on the rocks below the cape.",
        "Engineers of the board had told the hall that the new lamp fails once in nine years, and that \
         a boat with a spare could be there within four hours, unless the sea was too rough to land.",
        "Several speakers laughed at this, since the sea at Cape Marrow is too rough to land on nearly \
         half of all winter days, as the log of the station itself shows for as long as it was kept.",
        "The keeper costs the board some 31,000 pounds a year, of which the parish has now offered to \
         pay a third, mostly from what visitors give for climbing the stairs in summer.",
        "The chairman, Peter Lowe, said the board would look at the matter again in five years, and \
         that he hoped to be retired by then and to live somewhere without any view of the water.",
    ],
    edits: [
        (
            "after a hall full of fishermen had asked",
            "when a room full of fishermen had begged",
        ),
        ("laughed at this", "shook their heads"),
        ("look at the matter again", "return to the question"),
    ],
    news: [
        "Storm damage has put out the lamp at Cape Marrow for the first time in a generation, and the \
         man whom the harbour board had nearly sent away lit it again by hand on 14 February.",
        "Waves broke two windows below the lantern shortly after three in the morning, the coastguard \
         said, and flooded the engine room, so that no automatic light would have burned that night.",
    ],
    unrelated: "A museum of lighthouses opens this spring in the old customs house of Fennport. Its \
        first room shows lenses by French glassmakers, some of them taller than a man, which turned on \
        baths of mercury. Upstairs, children can send signals to each other with shutters and read \
        from a board which coast uses which rhythm. The founder, a retired teacher of physics, \
        collected for half a lifetime in scrapyards and at auctions. She says that sailors gave her \
        the best pieces, and their widows the best stories. Entry is free on Sundays for all who can \
        name three lights between Fennport and the border. The café sells a cake in the form of a \
        tower, with red and white stripes, that nobody has yet managed to eat alone. In autumn an \
        exhibition about wreckers will follow, with songs that were sung about them in the taverns of \
        the coast, and a court record in which one of them explains himself at great length.",
    form: "{} Holdings announced today that its board of directors declared a quarterly cash dividend \
        of ${} per share on its common stock, payable on {} to shareholders of record at the close of \
        business on {}. The company has paid dividends for {} consecutive quarters. Headquartered in \
        {}, the company operates {} branches and offers a full range of banking, insurance and \
        investment services to individuals and small businesses. For further information please \
        contact the investor relations department, attention {}, during normal office hours. This \
        release contains statements about the future that involve risks, and actual results may \
        differ from them; the company does not undertake to bring them up to date.",
    uses: [
        [
            "Dunmere",
            "0.42",
            "15 April",
            "31 March",
            "87",
            "Ashwick",
            "112",
            "Helen Foy",
        ],
        [
            "Halvern",
            "0.185",
            "2 July",
            "18 June",
            "23",
            "Port Sable",
            "46",
            "Marcus Dale",
        ],
    ],
};

const GERMAN: Desk = Desk {
    story: [
        "Der Leuchtturm von Kap Mohren behält seinen Wärter. Das hat der Hafenrat am Montag beschlossen, \
         nachdem ein Saal voller Fischer ihn eine Stunde lang gebeten hatte, den Mann nicht fortzuschicken.",
        "Der Rat wollte bis zum Ende des Jahres eine Lampe in den Turm setzen, die niemanden braucht, wie \
         er es seit der Schließung der Eisenbahn an elf anderen Stellen dieser Küste getan hat.",
        "Enno Tarrach, der seit sechsundzwanzig Jahren im Turm wohnt, sagte, er habe seine Bücher zweimal \
         gepackt und werde sie nun in der alten Reihenfolge zurück in das Regal stellen.",
        "Eine Lampe, die im Sturm ausgeht und niemanden neben sich hat, sei schlimmer als gar keine, sagte \
         die Kutterführerin Rieke Abel, die auf den Felsen unter dem Kap einen Bruder verloren hat.",
        "Die Ingenieure des Rates hatten erklärt, die neue Lampe falle nur einmal in neun Jahren aus, und ein \
         Boot mit Ersatz sei in vier Stunden zur Stelle, wenn die See das Anlegen erlaube.",
        "Mehrere Redner lachten darüber, denn an fast der Hälfte aller Wintertage erlaubt die See vor dem Kap \
         kein Anlegen, wie das Tagebuch der Station zeigt, solange es geführt wurde.",
        "Der Wärter kostet den Hafen rund 31.000 Euro im Jahr, von denen die Gemeinde nun ein Drittel tragen \
         will, vor allem aus dem, was Besucher im Sommer für den Aufstieg geben.",
        "Der Vorsitzende Peter Lohe sagte, der Rat werde die Sache in fünf Jahren wieder ansehen, und er hoffe, \
         dann im Ruhestand zu sein und irgendwo ohne Blick auf das Wasser zu wohnen.",
    ],
    edits: [
        ("ein Saal voller Fischer", "eine Halle voller Fischer"),
        (
            "Mehrere Redner lachten darüber",
            "Einige Sprecher lachten darüber",
        ),
        (
            "die Sache in fünf Jahren wieder ansehen",
            "die Angelegenheit in fünf Jahren erneut prüfen",
        ),
    ],
    news: [
        "Ein Sturm hat am 14. Februar zum ersten Mal seit einer Generation das Licht am Kap gelöscht, und der \
         Mann, den der Hafen fast entlassen hätte, zündete es mit eigener Hand wieder an.",
        "Wellen zerschlugen nach Angaben der Küstenwache gegen drei Uhr morgens zwei Fenster unter der Laterne \
         und fluteten den Maschinenraum, so dass keine selbsttätige Lampe diese Nacht überstanden hätte.",
    ],
    unrelated: "Im alten Zollhaus von Fennhafen öffnet in diesem Frühling ein Museum der Leuchttürme. Der erste \
        Raum zeigt Linsen französischer Glasmacher, manche größer als ein Mensch, die sich auf Quecksilber \
        drehten. Oben können Kinder einander mit Klappen Zeichen geben und von einer Tafel ablesen, welche \
        Küste in welchem Takt blinkt. Die Gründerin, eine pensionierte Lehrerin für Physik, hat ein halbes \
        Leben lang auf Schrottplätzen und Auktionen gesammelt. Die besten Stücke, sagt sie, haben ihr \
        Seeleute geschenkt, die besten Geschichten deren Witwen. Sonntags ist der Eintritt frei für alle, die \
        drei Feuer zwischen Fennhafen und der Grenze nennen können. Im Café gibt es einen Kuchen in Form eines \
        Turmes, rot und weiß gestreift, den noch niemand allein geschafft hat. Im Herbst folgt eine \
        Ausstellung über Strandräuber, mit Liedern aus den Schenken der Küste und einem Gerichtsprotokoll.",
    form: "Die {} AG teilt mit, dass der Vorstand für das dritte Quartal eine Dividende von {} Euro je Aktie \
        beschlossen hat, zahlbar am {} an alle Aktionäre, die am {} im Register stehen. Das Unternehmen hat \
        nun {} Quartale in Folge ausgeschüttet. Es hat seinen Sitz in {}, unterhält {} Filialen und bietet \
        privaten Kunden und kleinen Betrieben alle Leistungen einer Bank und einer Versicherung. Auskünfte \
        gibt zu den üblichen Zeiten die Abteilung für Anleger, zu Händen von {}. Diese Mitteilung enthält \
        Aussagen über die Zukunft, die mit Risiken verbunden sind; das Unternehmen ist nicht verpflichtet, \
        sie auf den neuesten Stand zu bringen.",
    uses: [
        [
            "Dünmeer",
            "0,42",
            "15. April",
            "31. März",
            "87",
            "Aschwik",
            "112",
            "Helene Foge",
        ],
        [
            "Halvern",
            "0,185",
            "2. Juli",
            "18. Juni",
            "23",
            "Sandhafen",
            "46",
            "Markus Dahl",
        ],
    ],
};

const RUSSIAN: Desk = Desk {
    story: [
        "Маяк на мысе Чёрном всё же останется со смотрителем: так решил в понедельник вечером совет порта, \
         после того как полный зал рыбаков целый час просил не отправлять этого человека на берег.",
        "До конца года совет собирался поставить в башне лампу, которой не нужен никто, как это уже сделано \
         на одиннадцати других станциях побережья с тех пор, как закрыли железную дорогу.",
        "Иван Тарасов, проживший в башне двадцать шесть лет, рассказал, что дважды укладывал свои книги и \
         теперь расставит их на полке в прежнем порядке, ничего не выбрасывая.",
        "Лампа, которая гаснет в шторм и возле которой никого нет, хуже, чем никакой, сказала хозяйка \
         траулера Анна Белова, потерявшая брата на камнях под самым мысом.",
        "Инженеры уверяли собравшихся, что новая лампа отказывает раз в девять лет и что лодка с запасной \
         придёт за четыре часа, если только волна позволит причалить к скале.",
        "Некоторые в зале засмеялись, потому что зимой волна не позволяет причалить почти каждый второй \
         день, как видно из журнала станции за всё время, пока его вели.",
        "Смотритель обходится порту примерно в 310 тысяч рублей за год, и треть этой суммы теперь обещала \
         заплатить община, главным образом из денег за подъём гостей по лестнице летом.",
        "Председатель Пётр Лунин заметил, что через пять лет совет вернётся к этому делу, но сам он надеется \
         быть тогда на пенсии и жить там, откуда вовсе не видно воды.",
    ],
    edits: [
        ("полный зал рыбаков", "целая толпа рыбаков"),
        ("Некоторые в зале засмеялись", "Многие в зале улыбнулись"),
        ("вернётся к этому делу", "снова рассмотрит этот вопрос"),
    ],
    news: [
        "Шторм впервые за целое поколение погасил огонь на мысе, и человек, которого порт едва не уволил, \
         14 февраля зажёг его собственными руками, стоя по колено в ледяной воде.",
        "Около трёх часов ночи волны выбили два окна под фонарём и залили машинное отделение, сообщили \
         спасатели; никакой автомат в такую погоду не продержался бы и часа.",
    ],
    unrelated: "Музей маяков открывается этой весной в старом здании таможни. В первом зале выставлены линзы \
        французских стекольщиков, иные выше человеческого роста; они вращались в ваннах с ртутью. Наверху \
        дети могут подавать друг другу сигналы створками и узнавать по таблице, какой берег мигает каким \
        ритмом. Основательница, бывшая учительница физики, полжизни собирала экспонаты на свалках и \
        торгах. Лучшие вещи, говорит она, подарили моряки, а лучшие истории их вдовы. По воскресеньям вход \
        бесплатный для каждого, кто назовёт три огня между городом и границей. В буфете подают пирог в виде \
        башни с красными и белыми полосами, который ещё никто не съел в одиночку. Осенью откроется выставка \
        о береговых грабителях с песнями портовых трактиров и судебным протоколом, где один из них \
        пространно оправдывается.",
    form: "Правление компании {} объявило сегодня о выплате дивидендов за третий квартал в размере {} рубля на \
        одну обыкновенную акцию. Выплата состоится {} всем акционерам, внесённым в реестр на {}. Компания \
        платит дивиденды {} кварталов подряд. Её главная контора находится в городе {}, у неё {} отделений, \
        которые предлагают частным лицам и небольшим предприятиям все банковские и страховые услуги. \
        Дополнительные сведения можно получить в отделе по связям с вкладчиками, ответственный сотрудник {}, \
        в обычные часы работы. Настоящее сообщение содержит предположения о будущем, связанные с риском, и \
        компания не обязуется их обновлять.",
    uses: [
        [
            "Дунмер",
            "42,10",
            "15 апреля",
            "31 марта",
            "87",
            "Ясногорск",
            "112",
            "Елена Фомина",
        ],
        [
            "Гальверн",
            "7,85",
            "2 июля",
            "18 июня",
            "23",
            "Песчаное",
            "46",
            "Марк Далин",
        ],
    ],
};

const ARABIC: Desk = Desk {
    story: [
        "قرر مجلس الميناء مساء الاثنين أن يبقى حارس منارة الرأس الأسود في مكانه بعد أن طلبت منه قاعة مليئة \
         بالصيادين ساعة كاملة ألا يرسل الرجل إلى بيته",
        "وكان المجلس يريد أن يضع في البرج قبل نهاية العام مصباحا لا يحتاج إلى أحد كما فعل في إحدى عشرة محطة \
         أخرى على هذا الساحل منذ إغلاق سكة الحديد",
        "وقال الحارس سليم الطراد الذي يسكن البرج منذ ستة وعشرين عاما إنه حزم كتبه مرتين وسيعيدها الآن إلى \
         الرف بالترتيب الذي كانت عليه من قبل",
        "وقالت صاحبة القارب صبر ليلى عابد التي فقدت أخاها على الصخور تحت الرأس إن مصباحا ينطفئ في العاصفة ولا \
         أحد بجانبه أسوأ من لا شيء",
        "وأوضح المهندسون للحاضرين أن المصباح الجديد لا يتعطل إلا مرة كل تسع سنوات وأن قاربا يحمل بديلا يصل \
         خلال أربع ساعات إذا سمح البحر بالرسو",
        "فضحك بعض المتحدثين لأن البحر عند الرأس لا يسمح بالرسو في نصف أيام الشتاء تقريبا كما يظهر من سجل \
         المحطة طوال المدة التي كتب فيها",
        "ويكلف الحارس الميناء نحو 31000 دينار في السنة وعرضت البلدة الآن أن تدفع ثلثها من المال الذي يعطيه \
         الزوار مقابل صعود الدرج في الصيف",
        "وقال رئيس المجلس بطرس لواء إن المجلس سينظر في الأمر مرة أخرى بعد خمس سنوات وإنه يأمل أن يكون قد تقاعد \
         وسكن في مكان لا يرى منه الماء",
    ],
    edits: [
        ("قاعة مليئة بالصيادين", "جماعة كبيرة من الصيادين"),
        ("فضحك بعض المتحدثين", "فابتسم عدد من الحاضرين"),
        ("سينظر في الأمر مرة أخرى", "سيعود إلى هذه المسألة"),
    ],
    news: [
        "أطفأت عاصفة نور المنارة لأول مرة منذ جيل كامل وأشعله بيده يوم 14 فبراير الرجل الذي كاد الميناء أن \
         يستغني عنه قبل أسابيع قليلة",
        "وكسرت الأمواج نافذتين تحت الفانوس قرابة الثالثة صباحا وأغرقت غرفة المحرك كما ذكر خفر السواحل فلم يكن أي \
         مصباح آلي ليصمد تلك الليلة",
    ],
    unrelated: "يفتح متحف للمنارات أبوابه هذا الربيع في دار الجمارك القديمة. تعرض الغرفة الأولى عدسات صنعها \
        زجاجون فرنسيون بعضها أطول من قامة الإنسان وكانت تدور فوق أحواض الزئبق. وفي الطابق الأعلى يستطيع \
        الأطفال أن يرسلوا الإشارات بعضهم إلى بعض وأن يقرأوا على لوحة أي ساحل يومض بأي إيقاع. جمعت المؤسسة \
        وهي معلمة فيزياء متقاعدة هذه القطع نصف عمرها من ساحات الخردة والمزادات. وتقول إن البحارة أهدوها أجمل \
        القطع وأهدتها أراملهم أجمل الحكايات. الدخول مجاني أيام الأحد لكل من يعرف أسماء ثلاثة أضواء بين المدينة \
        والحدود. ويبيع المقهى كعكة على شكل برج بخطوط حمراء وبيضاء لم يستطع أحد أن يأكلها وحده. وفي الخريف يقام \
        معرض عن لصوص السفن مع أغان كانت تغنى عنهم في حانات المرافئ.",
    form: "أعلنت شركة {} اليوم أن مجلس إدارتها قرر توزيع أرباح نقدية عن الربع الثالث بقيمة {} دينار لكل سهم عادي \
        تدفع يوم {} لجميع المساهمين المسجلين يوم {}. وقد وزعت الشركة أرباحا في {} ربعا متتاليا. يقع مقر الشركة في \
        مدينة {} ولها {} فرعا تقدم للأفراد والمنشآت الصغيرة جميع خدمات المصارف والتأمين والاستثمار. ولمزيد من \
        المعلومات يرجى الاتصال بقسم علاقات المستثمرين لعناية {} خلال ساعات العمل المعتادة. ويتضمن هذا البيان \
        توقعات عن المستقبل ترتبط بالمخاطر وقد تختلف النتائج الفعلية عنها ولا تلتزم الشركة بتحديثها.",
    uses: [
        [
            "المرجان",
            "0.42",
            "15 أبريل",
            "31 مارس",
            "87",
            "الزيتونة",
            "112",
            "هيلانة فؤاد",
        ],
        [
            "الساحل",
            "1.185",
            "2 يوليو",
            "18 يونيو",
            "23",
            "الرملة",
            "46",
            "مراد دالي",
        ],
    ],
};

const CHINESE: Desk = Desk {
    story: [
        "黑岬灯塔的看守人最终可以留下来了。港务局星期一晚上作出这个决定，此前满满一屋子渔民花了整整一个小时，请求不要把他送走。",
        "港务局原本打算在年底以前给塔里装上一盏不需要人照看的灯，自从铁路停运以来，这条海岸上已经有十一座灯塔换成了这样的设备。",
        "在塔里住了二十六年的看守人陈望海说，他的书已经打包过两次，现在要按照原来的次序把它们一本一本放回书架上去。",
        "拖网渔船的船主林小荷在岬角下面的礁石上失去了哥哥，她说，一盏在风暴里熄灭而身边没有人的灯，比没有灯还要糟糕。",
        "工程师向大家解释，新的灯平均九年才坏一次，带着备件的小艇四个小时之内就能赶到，除非海浪太大而无法靠岸。",
        "听到这里好几个发言的人笑了起来，因为冬天几乎有一半的日子海浪都大得无法靠岸，灯塔自己的日志写得清清楚楚。",
        "看守人每年花费港口大约三万一千元，其中三分之一村里现在愿意承担，主要来自夏天游客登塔时留下的捐款。",
        "局长罗平说，五年以后还会再讨论这件事情，他希望到那个时候自己已经退休，住在一个完全看不见水的地方。",
    ],
    edits: [
        ("满满一屋子渔民", "挤满会场的渔民们"),
        ("好几个发言的人笑了起来", "不少在场的人都忍不住笑了"),
        ("还会再讨论这件事情", "将重新考虑这个问题"),
    ],
    news: [
        "2月14日夜里的一场风暴让黑岬的灯光几十年来第一次熄灭，港口差一点辞退的那位老人站在没过膝盖的冰水当中，亲手把它重新点亮。",
        "海岸警卫队说，凌晨三点左右巨浪打碎了灯笼下方的两扇窗户，淹没了机房，任何自动装置在那样的夜晚都不可能坚持工作。",
    ],
    unrelated: "一家灯塔博物馆今年春天将在旧海关大楼开放。第一间展厅陈列着法国玻璃匠人磨制的透镜，有些比人还高，\
        当年浮在水银上旋转。楼上的孩子们可以用百叶窗互相打信号，再对照墙上的表格辨认各处海岸的闪光节奏。创办者是一位\
        退休的物理老师，半辈子都在废品站和拍卖会上搜集旧物。她说最好的藏品是水手送的，最好的故事是他们的遗孀讲的。\
        凡是说得出三座航标名字的人，星期天可以免费参观。咖啡馆出售一种红白条纹的塔形蛋糕，至今还没有谁能独自吃完。\
        秋天这里将举办关于沉船强盗的展览，展出酒馆里传唱的歌谣，以及一份法庭记录。",
    form: "{}股份有限公司今天宣布，董事会决定就第三季度向普通股股东派发现金股息，每股{}元，将于{}支付给{}登记在册的\
        全体股东。本公司已经连续{}个季度派发股息。公司总部设在{}，拥有{}家分行，为个人和小型企业提供银行、保险以及投资方面的\
        各项服务。如需了解更多情况，请在正常办公时间与投资者关系部{}联系。本公告包含对未来的预期，这些预期涉及风险，\
        实际结果可能与之不同，公司没有义务加以更新。",
    uses: [
        [
            "东明",
            "0.42",
            "4月15日",
            "3月31日",
            "87",
            "青石镇",
            "112",
            "方海伦",
        ],
        [
            "和润",
            "1.185",
            "7月2日",
            "6月18日",
            "23",
            "沙港市",
            "46",
            "戴志明",
        ],
    ],
};

/// A copy as a scanner would read it: errors in a percentage of words, lines broken anywhere.
fn scanned(text: &str, percent: usize, seed: u64) -> String {
    let mut random = Random(seed);
    let mut copy = String::new();
    for word in text.split_whitespace() {
        let mut letters: Vec<char> = word.chars().collect();
        if random.below(100) < percent && letters.len() > 2 {
            let at = random.below(letters.len() - 1);
            match random.below(3) {
                0 => letters[at] = ['c', 'e', 'i', 'l', 'n'][random.below(5)],
                1 => drop(letters.remove(at)),
                _ => letters.insert(at, 'i'),
            }
        }
        let is_plain = letters.iter().all(char::is_ascii_lowercase);
        if is_plain && letters.len() > 5 && random.below(8) == 0 {
            letters.splice(3..3, "-\n".chars());
        }
        copy.extend(letters);
        copy.push([' ', '\n'][usize::from(random.below(8) == 0)]);
    }
    copy
}

#[test]
fn scans_are_recycled() {
    for (percent, most_noise) in [(5, 0.1), (15, 0.25)] {
        for seed in 0..20 {
            let copy = scanned(&ENGLISH.story(), percent, seed);
            let found = compare(&ENGLISH.story(), &copy).unwrap();
            let sentence = found.sentence();
            assert!(
                found.summary.relation.is_recycled(),
                "{percent} {sentence}\n{copy}"
            );
            assert!(found.evidence.noise() < most_noise, "{sentence}");
            assert!(
                found.evidence.close > 0 && found.summary.coverage() > 0.8,
                "{sentence}"
            );
            let excerpt = scanned(&ENGLISH.excerpt(), percent, seed);
            let found = compare(&ENGLISH.story(), &excerpt).unwrap();
            assert!(found.summary.relation.is_recycled(), "{}", found.sentence());
        }
    }
}

#[test]
fn a_recurring_announcement_is_a_template() {
    let notice = |date: &str, speaker: &str, subject: &str, room: &str| {
        format!(
            "The friends of the town library meet again on {date} at the usual place. This time \
             {speaker} will speak about {subject}, and answer questions afterwards. Doors open half \
             an hour before, tea and biscuits are served in room {room}, and everyone is welcome, \
             members and guests alike. There is no charge, but a box for gifts stands at the door, \
             from which the library buys books for its youngest readers."
        )
    };
    let first = notice(
        "12 March",
        "Ilse Brandt",
        "the birds of Saltmarsh Island",
        "7",
    );
    let second = notice("9 April", "Tom Okafor", "the poems of Mary Dunne", "112");
    let found = compare(&first, &second).unwrap();
    assert_eq!(
        found.summary.relation,
        Relation::Template,
        "{}",
        found.sentence()
    );
    assert!(found.summary.facts >= 3, "{}", found.sentence());
}

#[test]
fn a_page_whose_clocks_moved_is_the_same_page() {
    let page = |hours: [u32; 6]| {
        let times = hours.map(|hour| format!("Updated {hour} hours ago"));
        let paragraphs = ENGLISH.story.iter().enumerate();
        let lines = paragraphs.map(|(at, paragraph)| match times.get(at) {
            Some(time) => format!("{time}\n{paragraph}"),
            None => (*paragraph).to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let (morning, evening) = (page([1, 2, 3, 4, 5, 6]), page([9, 2, 12, 4, 14, 6]));
    let found = compare(&morning, &evening).unwrap();
    assert!(found.summary.relation.is_recycled(), "{}", found.sentence());
    assert_eq!(found.evidence.hard_numbers, 3);
}
