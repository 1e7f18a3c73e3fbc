//! The tables of `region`: names as words are folded. A region that has the name of a town in it (`New York`, `Roma`) is
//! left out where it stands at the end, as the town may be meant.

/// Countries whose addresses are read, in the languages of those who write them.
#[rustfmt::skip]
pub(super) static COUNTRIES: &[&str] = &[
    "za", "it", "es", "fr", "dk", "de", "au", "uk", "gb", "us", "usa", "rsa", "aus", "nz",
    "united states", "united states of america", "vereinigte staaten", "etats unis", "stati uniti", "estados unidos",
    "united kingdom", "great britain", "england", "scotland", "wales", "northern ireland", "royaume uni",
    "regno unito", "reino unido", "grossbritannien", "south africa", "republic of south africa", "suedafrika",
    "afrique du sud", "sudafrica", "australia", "australie", "australien", "new zealand",
    "italia", "italy", "italie", "italien", "france", "francia", "frankreich", "espana", "spain", "spagna",
    "espagne", "spanien", "danmark", "denmark", "danimarca", "dinamarca", "danemark", "daenemark",
    "deutschland", "germany", "germania", "alemania", "allemagne", "tyskland",
];

/// By country.
#[rustfmt::skip]
pub(super) static REGIONS: &[(&str, &[&str])] = &[
    ("AU", &["nsw", "vic", "qld", "wa", "sa", "tas", "act", "nt", "new south wales", "victoria", "queensland",
        "western australia", "south australia", "tasmania", "australian capital territory", "northern territory"]),
    ("ZA", &["gp", "wc", "ec", "nc", "kzn", "fs", "lp", "mp", "nw", "gauteng", "western cape", "eastern cape",
        "northern cape", "kwazulu natal", "free state", "limpopo", "mpumalanga", "north west"]),
    ("US", &["al", "ak", "az", "ar", "ca", "co", "ct", "de", "dc", "fl", "ga", "hi", "id", "il", "in", "ia", "ks",
        "ky", "la", "me", "md", "ma", "mi", "mn", "ms", "mo", "mt", "ne", "nv", "nh", "nj", "nm", "ny", "nc", "nd",
        "oh", "ok", "or", "pa", "ri", "sc", "sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy", "pr",
        "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware",
        "district of columbia", "florida", "georgia", "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas",
        "kentucky", "louisiana", "maine", "maryland", "massachusetts", "michigan", "minnesota", "mississippi",
        "missouri", "montana", "nebraska", "nevada", "new hampshire", "new jersey", "new mexico", "north carolina",
        "north dakota", "ohio", "oklahoma", "oregon", "pennsylvania", "puerto rico", "rhode island",
        "south carolina", "south dakota", "tennessee", "texas", "utah", "vermont", "virginia", "west virginia",
        "wisconsin", "wyoming"]),
    ("GB", &["avon", "bedfordshire", "beds", "berkshire", "berks", "buckinghamshire", "bucks", "cambridgeshire",
        "cambs", "cheshire", "cleveland", "cornwall", "county durham", "cumbria", "derbyshire", "devon", "dorset",
        "east sussex", "east yorkshire", "essex", "gloucestershire", "glos", "greater london", "greater manchester",
        "hampshire", "hants", "herefordshire", "hertfordshire", "herts", "humberside", "isle of wight", "kent",
        "lancashire", "lancs", "leicestershire", "leics", "lincolnshire", "lincs", "merseyside", "middlesex",
        "middx", "norfolk", "northamptonshire", "northants", "northumberland", "north yorkshire",
        "nottinghamshire", "notts", "oxfordshire", "oxon", "rutland", "shropshire", "salop", "somerset",
        "south yorkshire", "staffordshire", "staffs", "suffolk", "surrey", "sussex", "tyne and wear",
        "warwickshire", "west midlands", "west sussex", "west yorkshire", "wiltshire", "wilts", "worcestershire",
        "worcs", "yorkshire"]),
    ("IT", &["abruzzo", "basilicata", "calabria", "campania", "emilia romagna", "friuli venezia giulia", "lazio",
        "liguria", "lombardia", "marche", "molise", "piemonte", "puglia", "sardegna", "sicilia", "toscana",
        "trentino alto adige", "umbria", "veneto"]),
    ("ES", &["andalucia", "aragon", "asturias", "cantabria", "castilla y leon", "castilla la mancha", "cataluna",
        "catalunya", "comunidad de madrid", "comunidad valenciana", "extremadura", "galicia", "islas baleares",
        "illes balears", "baleares", "islas canarias", "canarias", "la rioja", "navarra", "pais vasco", "euskadi",
        "vizcaya", "bizkaia", "guipuzcoa", "gipuzkoa", "alava", "araba"]),
    ("DE", &["baden wuerttemberg", "bayern", "brandenburg", "hessen", "mecklenburg vorpommern", "niedersachsen",
        "nordrhein westfalen", "nrw", "rheinland pfalz", "saarland", "sachsen", "sachsen anhalt",
        "schleswig holstein", "thueringen"]),
];

/// By country, what is one only in brackets: `Sedan (Ardennes)`, `Marbella (Málaga)`.
#[rustfmt::skip]
pub(super) static IN_BRACKETS: &[(&str, &[&str])] = &[
    ("FR", &["ain", "aisne", "allier", "alpes de haute provence", "hautes alpes", "alpes maritimes", "ardeche",
        "ardennes", "ariege", "aube", "aude", "aveyron", "bouches du rhone", "calvados", "cantal", "charente",
        "charente maritime", "cher", "correze", "corse du sud", "haute corse", "cote d or", "cotes d armor",
        "creuse", "dordogne", "doubs", "drome", "eure", "eure et loir", "finistere", "gard", "haute garonne",
        "gers", "gironde", "herault", "ille et vilaine", "indre", "indre et loire", "isere", "jura", "landes",
        "loir et cher", "loire", "haute loire", "loire atlantique", "loiret", "lot", "lot et garonne", "lozere",
        "maine et loire", "manche", "marne", "haute marne", "mayenne", "meurthe et moselle", "meuse", "morbihan",
        "moselle", "nievre", "nord", "oise", "orne", "pas de calais", "puy de dome", "pyrenees atlantiques",
        "hautes pyrenees", "pyrenees orientales", "bas rhin", "haut rhin", "rhone", "haute saone",
        "saone et loire", "sarthe", "savoie", "haute savoie", "seine maritime", "seine et marne", "yvelines",
        "deux sevres", "somme", "tarn", "tarn et garonne", "var", "vaucluse", "vendee", "vienne", "haute vienne",
        "vosges", "yonne", "territoire de belfort", "essonne", "hauts de seine", "seine saint denis",
        "val de marne", "val d oise", "guadeloupe", "martinique", "guyane", "la reunion", "mayotte"]),
    ("ES", &["a coruna", "albacete", "alicante", "almeria", "avila", "badajoz", "barcelona", "burgos", "caceres",
        "cadiz", "castellon", "ciudad real", "cordoba", "cuenca", "girona", "granada", "guadalajara", "huelva",
        "huesca", "jaen", "las palmas", "leon", "lleida", "lugo", "madrid", "malaga", "murcia", "ourense",
        "palencia", "pontevedra", "salamanca", "santa cruz de tenerife", "segovia", "sevilla", "soria",
        "tarragona", "teruel", "toledo", "valencia", "valladolid", "zamora", "zaragoza"]),
];
