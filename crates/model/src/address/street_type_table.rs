//! The tables of `street_type`: what is written, and its usual form. Sorted by what is written, so
//! that it can be searched by halves; a usual form never has an entry of its own.

/// Australia, New Zealand, South Africa (with Afrikaans), the United Kingdom. `St` is street and saint
/// at once: `St James Rd` and `James St` still differ.
#[rustfmt::skip]
pub(super) static ENGLISH: &[(&str, &str)] = &[
    ("access", "acc"), ("ally", "alley"), ("alwy", "alleyway"), ("aly", "alley"),
    ("app", "approach"), ("arc", "arcade"), ("av", "avenue"), ("ave", "avenue"), ("aven", "avenue"),
    ("bch", "beach"), ("bld", "boulevard"), ("bldv", "boulevard"), ("blvd", "boulevard"),
    ("boul", "boulevard"), ("boulevarde", "boulevard"), ("br", "brace"), ("brk", "break"),
    ("bvd", "boulevard"), ("bypa", "bypass"), ("cct", "circuit"), ("center", "centre"),
    ("chse", "chase"), ("cir", "circuit"), ("cl", "close"), ("cls", "close"), ("clse", "close"),
    ("cmmn", "common"), ("cnr", "corner"), ("cntr", "centre"), ("con", "concourse"),
    ("cov", "cove"), ("cr", "crescent"), ("crct", "circuit"), ("cres", "crescent"),
    ("cresc", "crescent"), ("crs", "crescent"), ("crsg", "crossing"), ("crt", "court"),
    ("ct", "court"), ("ctr", "centre"), ("dr", "drive"), ("drv", "drive"), ("dve", "drive"),
    ("eighth", "8th"), ("eleventh", "11th"), ("ent", "entrance"), ("esp", "esplanade"),
    ("espl", "esplanade"), ("est", "estate"), ("expwy", "expressway"), ("fifth", "5th"),
    ("first", "1st"), ("fourth", "4th"), ("fwy", "freeway"), ("gdn", "garden"), ("gdns", "gardens"),
    ("gld", "glade"), ("gln", "glen"), ("gr", "grove"), ("grn", "green"), ("gro", "grove"),
    ("grv", "grove"), ("gte", "gate"), ("hbr", "harbour"), ("hl", "hill"), ("hts", "heights"),
    ("hway", "highway"), ("hwy", "highway"), ("is", "island"), ("jnc", "junction"),
    ("junc", "junction"), ("laan", "avenue"), ("ldg", "landing"), ("lk", "link"),
    ("lkt", "lookout"), ("ln", "lane"), ("lnk", "link"), ("lp", "loop"), ("lwr", "lower"),
    ("mount", "mt"), ("mwy", "motorway"), ("ninth", "9th"), ("nth", "north"), ("pd", "parade"),
    ("pde", "parade"), ("pk", "park"), ("pkwy", "parkway"), ("pl", "place"), ("plc", "place"),
    ("plza", "plaza"), ("prom", "promenade"), ("pt", "point"), ("pwy", "parkway"), ("qy", "quay"),
    ("qys", "quays"), ("rd", "road"), ("rdg", "ridge"), ("rdge", "ridge"), ("res", "reserve"),
    ("riv", "river"), ("rtn", "return"), ("rtt", "retreat"), ("rylaan", "drive"), ("saint", "st"),
    ("second", "2nd"), ("seventh", "7th"), ("sixth", "6th"), ("sq", "square"), ("sth", "south"),
    ("str", "st"), ("straat", "st"), ("street", "st"), ("tce", "terrace"), ("tenth", "10th"),
    ("terr", "terrace"), ("third", "3rd"), ("trk", "track"), ("trl", "trail"), ("tun", "tunnel"),
    ("twelfth", "12th"), ("upr", "upper"), ("vly", "valley"), ("vsta", "vista"), ("vw", "view"),
    ("vws", "views"), ("weg", "road"), ("whrf", "wharf"), ("wk", "walk"), ("wy", "way"),
    ("xing", "crossing"),
];

/// France, Belgium, Luxembourg. `St` is a saint here.
#[rustfmt::skip]
pub(super) static FRENCH: &[(&str, &str)] = &[
    ("adj", "adjudant"), ("all", "allee"), ("av", "avenue"), ("ave", "avenue"), ("aven", "avenue"),
    ("bd", "boulevard"), ("bld", "boulevard"), ("blvd", "boulevard"), ("boul", "boulevard"),
    ("bvd", "boulevard"), ("cdt", "commandant"), ("ch", "chemin"), ("che", "chemin"),
    ("chem", "chemin"), ("chm", "chemin"), ("cne", "capitaine"), ("col", "colonel"),
    ("crs", "cours"), ("dom", "domaine"), ("dr", "docteur"), ("esp", "esplanade"),
    ("fbg", "faubourg"), ("fg", "faubourg"), ("gal", "general"), ("gen", "general"),
    ("ham", "hameau"), ("imp", "impasse"), ("ldt", "lieudit"), ("lot", "lotissement"),
    ("lotis", "lotissement"), ("lt", "lieutenant"), ("mal", "marechal"), ("mar", "marechal"),
    ("mte", "montee"), ("pass", "passage"), ("pdt", "president"), ("pl", "place"),
    ("pr", "professeur"), ("pres", "president"), ("prof", "professeur"), ("prom", "promenade"),
    ("qrt", "quartier"), ("qu", "quai"), ("qua", "quartier"), ("quart", "quartier"),
    ("qur", "quartier"), ("qurt", "quartier"), ("r", "rue"), ("res", "residence"),
    ("rle", "ruelle"), ("rpt", "rondpoint"), ("rt", "route"), ("rte", "route"), ("saint", "st"),
    ("sainte", "ste"), ("saintes", "stes"), ("saints", "sts"), ("sen", "sentier"),
    ("sent", "sentier"), ("sq", "square"), ("tra", "traverse"), ("trav", "traverse"),
];

/// Italy. The forms of *san* are one word, as `S.` stands for all of them.
#[rustfmt::skip]
pub(super) static ITALIAN: &[(&str, &str)] = &[
    ("bgo", "borgo"), ("bta", "borgata"), ("card", "cardinale"), ("cda", "contrada"),
    ("contr", "contrada"), ("cso", "corso"), ("ctr", "contrada"), ("dott", "dottor"),
    ("flli", "fratelli"), ("fraz", "frazione"), ("gen", "generale"), ("ing", "ingegner"),
    ("lgo", "largo"), ("loc", "localita"), ("lungom", "lungomare"), ("mons", "monsignor"),
    ("on", "onorevole"), ("ple", "piazzale"), ("prof", "professor"), ("ptta", "piazzetta"),
    ("pza", "piazza"), ("pzle", "piazzale"), ("pzz", "piazza"), ("pzza", "piazza"),
    ("reg", "regione"), ("s", "san"), ("sal", "salita"), ("sant", "san"), ("santa", "san"),
    ("santo", "san"), ("sda", "strada"), ("str", "strada"), ("trav", "traversa"), ("v", "via"),
    ("vic", "vicolo"), ("vle", "viale"), ("vlo", "vicolo"),
];

/// Spain, with the Catalan types.
#[rustfmt::skip]
pub(super) static SPANISH: &[(&str, &str)] = &[
    ("av", "avenida"), ("avd", "avenida"), ("avda", "avenida"), ("avinguda", "avenida"),
    ("bda", "barriada"), ("bo", "barrio"), ("c", "calle"), ("cam", "camino"), ("cami", "camino"),
    ("carr", "carretera"), ("carrer", "calle"), ("cjon", "callejon"), ("cl", "calle"),
    ("clja", "calleja"), ("cll", "calle"), ("cmno", "camino"), ("cno", "camino"),
    ("cra", "carretera"), ("crta", "carretera"), ("cta", "cuesta"), ("ctra", "carretera"),
    ("ctro", "centro"), ("dcha", "dch"), ("derecha", "dch"), ("dr", "doctor"), ("dra", "doctora"),
    ("drcha", "dch"), ("gral", "general"), ("gta", "glorieta"), ("izda", "izq"), ("izqda", "izq"),
    ("izquierda", "izq"), ("m", "maria"), ("ma", "maria"), ("ntra", "nuestra"), ("p", "paseo"),
    ("passeig", "paseo"), ("pje", "pasaje"), ("pl", "plaza"), ("placa", "plaza"), ("plz", "plaza"),
    ("plza", "plaza"), ("po", "paseo"), ("pol", "poligono"), ("psg", "paseo"), ("psje", "pasaje"),
    ("pso", "paseo"), ("pza", "plaza"), ("rda", "ronda"), ("s", "san"), ("santa", "san"),
    ("santo", "san"), ("sra", "senora"), ("sta", "san"), ("sto", "san"), ("trav", "travesia"),
    ("trv", "travesia"), ("trva", "travesia"), ("tva", "travesia"), ("urb", "urbanizacion"),
];

/// Denmark, Norway. Types there are suffixes (`-vej`, `-gade`) and stay as they are.
#[rustfmt::skip]
pub(super) static DANISH: &[(&str, &str)] = &[
    ("all", "alle"), ("bd", "boulevard"), ("blvd", "boulevard"), ("boul", "boulevard"),
    ("dr", "doktor"), ("gl", "gammel"), ("gml", "gammel"), ("kgs", "kongens"), ("ndr", "nordre"),
    ("pl", "plads"), ("sankt", "st"), ("sct", "st"), ("sdr", "soendre"), ("skt", "st"),
    ("str", "straede"),
];

/// Germany, Austria, Switzerland. `-straße` as a suffix is handled with the tokens.
#[rustfmt::skip]
pub(super) static GERMAN: &[(&str, &str)] = &[
    ("al", "allee"), ("bf", "bahnhof"), ("dr", "doktor"), ("gr", "grosse"), ("kl", "kleine"),
    ("pl", "platz"), ("plz", "platz"), ("prof", "professor"), ("sankt", "st"), ("skt", "st"),
    ("strasse", "str"),
];
