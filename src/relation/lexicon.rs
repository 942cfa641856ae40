//! The words by which dates and amounts are known.
//!
//! In: the hash of a folded word. Out: whether it names a month or a day of the week, or a unit of
//! money or share. A date that was moved tells an update, or another use of a template; it is not
//! the name of a person.
//!
//! Words that are common in another sense are left out: "may" and "mars", "sat" and "sun", "set".

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

/// Words known by their hashes.
struct Lexicon {
    sorted: Vec<u64>,
    /// Tells nearly all other words at once.
    filter: [u64; 64],
}

static DATE_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of(DATES));
static GERMAN_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of(GERMAN));
static UNIT_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of(UNITS));

impl Lexicon {
    fn of(words: &str) -> Self {
        let mut folded = String::new();
        let hash = |word: &str| {
            folded.clear();
            fold(word, &mut folded);
            hash::word(folded.as_bytes())
        };
        let mut sorted: Vec<u64> = words.split_whitespace().map(hash).collect();
        sorted.sort_unstable();
        let mut filter = [0; 64];
        for &hash in &sorted {
            filter[(hash >> 58) as usize] |= bit(hash);
        }
        Self { sorted, filter }
    }

    fn contains(&self, hash: u64) -> bool {
        self.filter[(hash >> 58) as usize] & bit(hash) != 0
            && self.sorted.binary_search(&hash).is_ok()
    }
}

fn bit(hash: u64) -> u64 {
    1 << ((hash >> 52) & 63)
}

/// Whether a folded word of that hash names a month or a day.
pub(super) fn is_date(hash: u64) -> bool {
    DATE_WORDS.contains(hash)
}

/// Whether a folded word of that hash is one of the commonest of German.
pub(super) fn is_german(hash: u64) -> bool {
    GERMAN_WORDS.contains(hash)
}

/// Whether a folded word of that hash is a unit of money or share.
pub(super) fn is_unit(hash: u64) -> bool {
    UNIT_WORDS.contains(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_case() {
        let hash = |word: &str| crate::text::words(word).expect("a short text")[0].hash;
        assert!(is_date(hash("SEPTEMBER")) && is_date(hash("février")) && is_date(hash("Вторник")));
        assert!(is_unit(hash("Milliarden")) && is_unit(hash("pct")) && is_unit(hash("РУБЛЕЙ")));
        assert!(!is_date(hash("may")) && !is_unit(hash("bridge")));
    }
}
