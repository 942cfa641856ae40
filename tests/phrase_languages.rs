//! A headline worked into every paragraph, in six more languages; and honest articles in these
//! languages, which name their subject as often as articles do.

use reprint::phrase::{PhraseDetector, PhraseSettings, Phrasing, Verdict};

/// What an article is made of.
struct Sample {
    headline: &'static str,
    /// Forms of the headline within sentences.
    stuffing: [&'static str; 6],
    /// What else there is to say.
    rest: [&'static str; 7],
    /// Sentences that name an honest article's subject.
    honest: [&'static str; 4],
}

fn analyze(text: &str) -> Phrasing {
    let detector = PhraseDetector::new(PhraseSettings::default()).expect("valid settings");
    detector.analyze(text, None).expect("a short text")
}

fn check(sample: &Sample) {
    let between = if sample.headline.contains(' ') {
        " "
    } else {
        ""
    };
    let mut paragraphs = vec![sample.headline.to_owned()];
    for (stuffing, rest) in sample.stuffing.iter().zip(sample.rest) {
        paragraphs.push(format!("{rest}{between}{stuffing}"));
    }
    let stuffed = paragraphs.join("\n\n");
    let found = analyze(&stuffed);
    assert!(found.score >= 0.5, "{stuffed}\n{found:#?}");
    let family = &found.families[0];
    assert!(family.is_headline, "{family:#?}");
    assert!(family.occurrences.len() >= 6, "{family:#?}");
    for span in &family.occurrences {
        assert!(!stuffed[span.range()].contains('\n'), "{family:#?}");
    }

    let mut paragraphs = vec![sample.headline.to_owned()];
    for (honest, rest) in sample.honest.iter().zip(sample.rest) {
        paragraphs.push(format!("{rest}{between}{honest}"));
    }
    paragraphs.push(sample.rest[4..].join(between));
    let honest = paragraphs.join("\n\n");
    let found = analyze(&honest);
    assert!(found.score < 0.5, "{honest}\n{found:#?}");
    assert_eq!(found.verdict, Verdict::Fine, "{found:#?}");
}

#[test]
fn spanish() {
    check(&Sample {
        headline: "El puerto, preocupado por el hundimiento del viejo espigón de Almera",
        stuffing: [
            "Crece la preocupación del puerto por el hundimiento del viejo espigón de Almera.",
            "El puerto sigue preocupado por el hundimiento del viejo espigón de Almera.",
            "La preocupación del puerto por el hundimiento del viejo espigón de Almera no es nueva.",
            "El dinero explica la preocupación del puerto por el hundimiento del viejo espigón de Almera.",
            "La preocupación del puerto por el hundimiento del viejo espigón de Almera llega a los vecinos.",
            "La preocupación del puerto por el hundimiento del viejo espigón de Almera exige respuestas.",
        ],
        rest: [
            "Los comerciantes del muelle recogieron pronto sus toldos.",
            "Un segundo estudio debe terminar antes de las mareas de otoño.",
            "Nadie en el ayuntamiento quiso hablar de cifras.",
            "Dos ingenieros traerán bombas grandes la semana que viene.",
            "Los mayores recuerdan un invierno en que se heló la plaza.",
            "Las escuelas abren por ahora solo hasta el mediodía.",
            "Tres empresas extranjeras han pedido ya los planos.",
        ],
        honest: [
            "El espigón de Almera se levantó hace más de un siglo.",
            "Según el puerto, la piedra cede unos centímetros cada año.",
            "Quien pasea por el espigón ve las grietas desde lejos.",
            "La alcaldesa visitó Almera el martes con dos técnicos.",
        ],
    });
}

#[test]
fn portuguese() {
    check(&Sample {
        headline: "Porto preocupado com o afundamento do velho quebra-mar de Ourém",
        stuffing: [
            "Cresce a preocupação do porto com o afundamento do velho quebra-mar de Ourém.",
            "O porto continua preocupado com o afundamento do velho quebra-mar de Ourém.",
            "A preocupação do porto com o afundamento do velho quebra-mar de Ourém não é nova.",
            "O dinheiro explica a preocupação do porto com o afundamento do velho quebra-mar de Ourém.",
            "A preocupação do porto com o afundamento do velho quebra-mar de Ourém chega aos moradores.",
            "A preocupação do porto com o afundamento do velho quebra-mar de Ourém exige respostas.",
        ],
        rest: [
            "Os comerciantes do cais recolheram cedo os seus toldos.",
            "Um segundo estudo deve ficar pronto antes das marés de outono.",
            "Ninguém na câmara quis falar de valores.",
            "Dois engenheiros trazem bombas grandes na próxima semana.",
            "Os mais velhos lembram um inverno em que a praça gelou.",
            "As escolas abrem por agora só até ao meio-dia.",
            "Três empresas estrangeiras já pediram as plantas.",
        ],
        honest: [
            "O quebra-mar de Ourém foi erguido há mais de cem anos.",
            "Segundo o porto, a pedra cede alguns centímetros por ano.",
            "Quem passeia pelo quebra-mar vê as fendas de longe.",
            "A presidente visitou Ourém na terça-feira com dois técnicos.",
        ],
    });
}

#[test]
fn italian() {
    check(&Sample {
        headline: "Il porto preoccupato per il cedimento del vecchio molo di Selmara",
        stuffing: [
            "Cresce la preoccupazione del porto per il cedimento del vecchio molo di Selmara.",
            "Il porto resta preoccupato per il cedimento del vecchio molo di Selmara.",
            "La preoccupazione del porto per il cedimento del vecchio molo di Selmara non è nuova.",
            "I soldi spiegano la preoccupazione del porto per il cedimento del vecchio molo di Selmara.",
            "La preoccupazione del porto per il cedimento del vecchio molo di Selmara tocca gli abitanti.",
            "La preoccupazione del porto per il cedimento del vecchio molo di Selmara chiede risposte.",
        ],
        rest: [
            "I negozianti della banchina hanno ritirato presto le tende.",
            "Una seconda perizia deve finire prima delle maree d'autunno.",
            "Nessuno in municipio ha voluto parlare di cifre.",
            "Due ingegneri porteranno grandi pompe la settimana prossima.",
            "Gli anziani ricordano un inverno in cui gelò la piazza.",
            "Le scuole aprono per ora soltanto fino a mezzogiorno.",
            "Tre ditte straniere hanno già chiesto i disegni.",
        ],
        honest: [
            "Il molo di Selmara fu costruito più di un secolo fa.",
            "Secondo il porto, la pietra cede di qualche centimetro ogni anno.",
            "Chi passeggia sul molo vede le crepe da lontano.",
            "La sindaca ha visitato Selmara martedì con due tecnici.",
        ],
    });
}

#[test]
fn dutch() {
    check(&Sample {
        headline: "Havenbedrijf bezorgd over verzakkende golfbreker bij Zandrecht",
        stuffing: [
            "De bezorgdheid van het havenbedrijf over de verzakkende golfbreker bij Zandrecht groeit.",
            "Het havenbedrijf blijft bezorgd over de verzakkende golfbreker bij Zandrecht.",
            "De bezorgdheid van het havenbedrijf over de verzakkende golfbreker bij Zandrecht is niet nieuw.",
            "Geld verklaart de bezorgdheid van het havenbedrijf over de verzakkende golfbreker bij Zandrecht.",
            "De bezorgdheid van het havenbedrijf over de verzakkende golfbreker bij Zandrecht bereikt de bewoners.",
            "De bezorgdheid van het havenbedrijf over de verzakkende golfbreker bij Zandrecht vraagt om daden.",
        ],
        rest: [
            "De winkeliers op de kade haalden hun zonneschermen vroeg binnen.",
            "Een tweede onderzoek moet klaar zijn voor het najaar.",
            "Niemand op het stadhuis wilde een bedrag noemen.",
            "Twee ingenieurs brengen volgende week zware pompen mee.",
            "Ouderen denken aan een winter waarin het plein bevroor.",
            "De scholen zijn voorlopig alleen in de ochtend open.",
            "Drie buitenlandse firma's vroegen de tekeningen al op.",
        ],
        honest: [
            "De golfbreker bij Zandrecht werd ruim een eeuw geleden gebouwd.",
            "Volgens het havenbedrijf zakt de steen elk jaar enkele centimeters.",
            "Wie over de golfbreker wandelt, ziet de scheuren van ver.",
            "De burgemeester bezocht Zandrecht dinsdag met twee deskundigen.",
        ],
    });
}

#[test]
fn polish() {
    check(&Sample {
        headline: "Zarząd portu zaniepokojony osiadaniem starego falochronu w Wierzbinie",
        stuffing: [
            "Rośnie niepokój zarządu portu osiadaniem starego falochronu w Wierzbinie.",
            "Zarząd portu jest nadal zaniepokojony osiadaniem starego falochronu w Wierzbinie.",
            "Niepokój zarządu portu osiadaniem starego falochronu w Wierzbinie nie jest nowy.",
            "Pieniądze tłumaczą niepokój zarządu portu osiadaniem starego falochronu w Wierzbinie.",
            "Niepokój zarządu portu osiadaniem starego falochronu w Wierzbinie udziela się mieszkańcom.",
            "Niepokój zarządu portu osiadaniem starego falochronu w Wierzbinie wymaga decyzji.",
        ],
        rest: [
            "Kupcy na nabrzeżu wcześnie zwinęli swoje markizy.",
            "Drugie badanie ma się skończyć przed jesiennymi sztormami.",
            "Nikt w ratuszu nie chciał podać kwoty.",
            "Dwaj inżynierowie przywiozą w przyszłym tygodniu duże pompy.",
            "Starsi ludzie pamiętają zimę, gdy zamarzł cały rynek.",
            "Szkoły pracują na razie tylko do południa.",
            "Trzy zagraniczne firmy poprosiły już o rysunki.",
        ],
        honest: [
            "Falochron w Wierzbinie zbudowano ponad sto lat temu.",
            "Według zarządu portu kamień opada co roku o kilka centymetrów.",
            "Kto spaceruje po falochronie, widzi pęknięcia z daleka.",
            "Burmistrz odwiedziła Wierzbin we wtorek z dwoma technikami.",
        ],
    });
}

#[test]
fn japanese() {
    check(&Sample {
        headline: "港湾局、古い防波堤の沈下を懸念",
        stuffing: [
            "港湾局が古い防波堤の沈下を懸念しているという知らせは町に広まった。",
            "市民は港湾局が古い防波堤の沈下を懸念する理由を知りたがっている。",
            "港湾局が古い防波堤の沈下を懸念するのは初めてではない。",
            "費用の問題も、港湾局が古い防波堤の沈下を懸念する背景にある。",
            "漁師たちも、港湾局が古い防波堤の沈下を懸念していることを知っている。",
            "港湾局が古い防波堤の沈下を懸念する以上、対策は急がれる。",
        ],
        rest: [
            "岸壁の商店は早々に日よけを片づけた。",
            "二度目の調査は秋までに終わる予定だ。",
            "市役所では誰も金額を口にしなかった。",
            "来週は技師が二人、大型のポンプを運んでくる。",
            "年配の人々は広場が凍った冬を覚えている。",
            "学校は当分のあいだ午前だけ開かれる。",
            "外国の会社三社がすでに図面を求めた。",
        ],
        honest: [
            "この防波堤は百年以上前に築かれた。",
            "港湾局によれば、石は毎年少しずつ下がっている。",
            "散歩をする人には割れ目が遠くからも見える。",
            "市長は火曜日に専門家と現場を訪れた。",
        ],
    });
}
