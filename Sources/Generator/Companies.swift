/// The companies that the telemetry comes from: always these, whatever the seed.
enum Companies {
    static let names: [String] = [
        "Rios__Pope_and_Baird", "Smith-Hale", "Quinn_PLC", "Vance__Blackburn_and_Christensen", "Fry__Kaur_and_Rios",
        "Blackburn__Castillo_and_Ortega", "Ellison__Lopez_and_Reed", "Baird__Christensen_and_Ingram",
        "Lopez-Christensen", "Pope__Nguyen_and_Page", "Rios-Boyd", "Rios__Moore_and_Ingram",
        "Yates__Fitzgerald_and_Walker", "Pope_PLC", "Kim__Ellison_and_Duke", "Price__Pope_and_Zimmerman", "Wu-Tate",
        "Page_PLC", "Fry__Smith_and_Price", "Underwood-Vance", "Gill__Stone_and_Price", "Quinn__Pope_and_Ball",
        "Middleton__Zimmerman_and_Gill", "Obrien__Moore_and_Nguyen", "Chandler__Duke_and_Ramos", "Gill-Rios",
        "Reed__Kim_and_Fry", "Kaur__Kim_and_Vega", "Castillo_Ltd", "Dunn-Fry", "Tate_and_Sons",
        "Smith__Ramos_and_Stone", "Ramos-Walker", "Castillo__Hale_and_Obrien", "Ross_LLC", "Zimmerman_LLC",
        "Christensen_LLC", "Fitzgerald-Hodges", "Li-Cole", "Castillo__Lopez_and_Hart", "Moore_PLC",
        "Montgomery_Group", "Reed__Obrien_and_Smith", "Baird-Reed", "Hodges_LLC", "Kaur-Ball", "Ingram-Vega",
        "Nguyen__Dunn_and_Montgomery", "Zimmerman-Tate", "Underwood__Duke_and_Middleton",
        "Christensen__Page_and_Blackburn", "Hart-Underwood", "Kim__Reed_and_Ellison", "Ellison__Castillo_and_Vega",
        "Montgomery__Baird_and_Frost", "Ross-Cole", "Nguyen__Duke_and_Obrien", "Vance__Quinn_and_Stone",
        "Dunn_and_Sons", "Ingram_PLC", "Montgomery__Ellison_and_Kaur", "Nguyen__Yates_and_Chandler",
        "Vance__Castillo_and_Ingram", "Baird-Frost", "Ramos__Castillo_and_Underwood", "Gill__Yates_and_Christensen",
        "Fry_Group", "Oneal__Hale_and_Cruz", "Hale-Fitzgerald", "Nguyen_Inc", "Pope_and_Sons", "Middleton_Inc",
        "Fry__Nguyen_and_Cruz", "Frost__Hale_and_Ross", "Ramos__Stone_and_Zimmerman", "Page_LLC", "Frost_and_Sons",
        "Kim__Ellison_and_Christensen", "Underwood__Dunn_and_Smith", "Nguyen__Ortega_and_Montgomery", "Wu_LLC",
        "Ross-Nguyen", "Page-Hart", "Ross-Price", "Smith__Ball_and_Ortega", "Rios-Hale", "Nguyen__Ingram_and_Stone",
        "Hart__Vega_and_Farrell", "Cole__Oneal_and_Kim", "Rios__Underwood_and_Farrell",
        "Hart__Underwood_and_Obrien", "Walker_Inc", "Yates__Cruz_and_Ortega", "Moore-Hart", "Kim__Nguyen_and_Smith",
        "Fitzgerald__Ross_and_Obrien", "Boyd__Quinn_and_Underwood", "Underwood__Lopez_and_Chandler",
        "Zimmerman_Group", "Cole__Farrell_and_Chandler",
    ]

    /// What the `unicode` variant adds to a company's name, as it is spelled in JSON on even and on odd rows of the
    /// company: the same text once as it is and once escaped.
    static let decorations: [(plain: String, escaped: String)] = [
        ("_é", #"_\u00e9"#), ("_株式会社", #"_\u682A\u5F0F\u4f1a\u793e"#), ("🚀", #"\ud83d\uDE80"#),
        (#"_\"A\""#, #"_\u0022A\u0022"#), (#"\\B"#, #"\u005cB"#), ("/x", #"\/x"#), (#"_\t."#, #"_\u0009."#),
        ("_Łódź", #"_\u0141\u00f3d\u017A"#), ("_ñ_Ω", #"_\u00F1_\u03a9"#), ("_plain", #"_p\u006cain"#),
    ]
}
