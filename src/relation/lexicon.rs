//! The words by which dates and amounts are known.
//!
//! In: the hash of a folded word. Out: whether it names a month or a day of the week, is a unit of
//! money or share, or one of the words that tell German. A date that was moved tells an update, or
//! another use of a template; it is not the name of a person.
//!
//! Words that are common in another sense are left out: "may" and "mars", "sat" and "sun", "set".

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::hash;
use crate::text::fold;

/// English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Arabic.
const DATES: &str = "\
    january february march april june july august september october november december \
    jan feb apr jun jul aug sept oct nov dec \
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri \
    januar februar märz mai juni juli oktober dezember jänner \
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag \
    janvier février avril juin juillet août septembre octobre novembre décembre \
    lundi mardi mercredi jeudi vendredi samedi dimanche \
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre \
    lunes martes miércoles jueves viernes sábado domingo \
    janeiro fevereiro março maio junho julho setembro outubro novembro dezembro \
    segunda-feira terça-feira quarta-feira quinta-feira sexta-feira \
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre \
    lunedì martedì mercoledì giovedì venerdì sabato domenica \
    januari februari maart augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada \
    grudnia poniedziałek wtorek środa środę czwartek piątek sobota sobotę niedziela niedzielę \
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря \
    январь февраль апрель май июнь июль август сентябрь октябрь ноябрь декабрь \
    понедельник вторник среду четверг пятницу субботу воскресенье \
    يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر \
    الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد";

/// Of the same languages.
const UNITS: &str = "\
    percent percentage pct million millions mln billion billions bln trillion dollar dollars dlr \
    dlrs cent cents cts euro euros pound pounds pence yen yuan rupees rubles francs marks crore lakh \
    prozent millionen milliarden cents pfund franken kronen pourcent milliards livres millones \
    dólares ciento pesos milhões bilhões reais percento milioni miliardi dollari sterline procent \
    miljoen miljard procenta procentów milionów miliardów złotych złoty млн млрд миллионов \
    миллиардов миллиона рублей рубля долларов доллара евро процента процентов مليون مليار دولار \
    بالمئة";

/// Words that nearly every German sentence has one of, and that are no words of English or Dutch.
const GERMAN: &str = "der und das ist nicht auf für eine einen einem einer sich dem auch wird nach \
    über aus bei sind wurde hat zum zur";

/// What a word is known for, by its folded form: a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Listed(u8);

impl Listed {
    const DATE: u8 = 1;
    const UNIT: u8 = 2;
    const GERMAN: u8 = 4;

    /// Whether it names a month or a day.
    pub(super) fn is_date(self) -> bool {
        self.0 & Self::DATE != 0
    }

    /// Whether it is a unit of money or share.
    pub(super) fn is_unit(self) -> bool {
        self.0 & Self::UNIT != 0
    }

    /// Whether it is one of the commonest words of German.
    pub(super) fn is_german(self) -> bool {
        self.0 & Self::GERMAN != 0
    }
}

/// Words known by their hashes.
pub(super) struct Lexicon {
    /// In ascending order.
    hashes: Vec<u64>,
    listed: Vec<Listed>,
    /// A bit for each word, by the upper bits of its hash: tells nearly all other words at once.
    filter: [u64; FILTER],
}

/// Words of the filter: one word in twenty that is not listed has its bit all the same.
const FILTER: usize = 128;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(&[
        (DATES, Listed(Listed::DATE)),
        (UNITS, Listed(Listed::UNIT)),
        (GERMAN, Listed(Listed::GERMAN)),
    ])
});

impl Lexicon {
    /// That of this module.
    pub(super) fn known() -> &'static Self {
        &LEXICON
    }

    fn of(lists: &[(&str, Listed)]) -> Self {
        let mut folded = String::new();
        let mut hash = |word: &str| {
            folded.clear();
            fold(word, &mut folded);
            hash::word(folded.as_bytes())
        };
        let mut by_hash: BTreeMap<u64, Listed> = BTreeMap::new();
        for (words, listed) in lists {
            for word in words.split_whitespace() {
                by_hash.entry(hash(word)).or_default().0 |= listed.0;
            }
        }
        let mut filter = [0; FILTER];
        for &hash in by_hash.keys() {
            filter[place(hash)] |= bit(hash);
        }
        Self {
            hashes: by_hash.keys().copied().collect(),
            listed: by_hash.into_values().collect(),
            filter,
        }
    }

    /// What the folded word of a hash is known for.
    #[inline]
    pub(super) fn look_up(&self, hash: u64) -> Listed {
        if self.filter[place(hash)] & bit(hash) == 0 {
            return Listed::default();
        }
        let found = self.hashes.binary_search(&hash);
        found.map_or(Listed::default(), |at| self.listed[at])
    }
}

/// Which word of the filter a hash stands in.
fn place(hash: u64) -> usize {
    (hash >> 57) as usize
}

fn bit(hash: u64) -> u64 {
    1 << ((hash >> 51) & 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_case() {
        let listed = |word: &str| {
            let words = crate::text::words(word).expect("a short text");
            Lexicon::known().look_up(words[0].hash)
        };
        for date in ["SEPTEMBER", "février", "Вторник"] {
            assert!(listed(date).is_date() && !listed(date).is_unit(), "{date}");
        }
        for unit in ["Milliarden", "pct", "РУБЛЕЙ"] {
            assert!(listed(unit).is_unit() && !listed(unit).is_date(), "{unit}");
        }
        assert!(listed("Nicht").is_german());
        assert_eq!(listed("may"), Listed::default());
        assert_eq!(listed("bridge"), Listed::default());
    }
}
