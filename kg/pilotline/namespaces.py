"""Names the vocabularies that Pilotline reads and writes."""

PL = "https://w3id.org/pilotline/ontology#"
ONTOLOGY = "https://w3id.org/pilotline/ontology"
SHAPES = "https://w3id.org/pilotline/shapes#"
DATA = "https://w3id.org/pilotline/id/"
GRAPH = "https://w3id.org/pilotline/graph/"

EMMO = "https://w3id.org/emmo#"
ECHEM = "https://w3id.org/emmo/domain/electrochemistry#"
BATTERY = "https://w3id.org/emmo/domain/battery#"
MANUFACTURING = "https://w3id.org/emmo/domain/manufacturing#"
SUBSTANCE = "https://w3id.org/emmo/domain/chemical-substance#"
CHAMEO = "https://w3id.org/emmo/domain/characterisation-methodology/chameo#"
BVCO = "https://bvco.ontology.link/"
GPO = "https://gpo.ontology.link/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SH = "http://www.w3.org/ns/shacl#"
PROV = "http://www.w3.org/ns/prov#"
CSVW = "http://www.w3.org/ns/csvw#"
DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"

PREFIXES = {
    "battery": BATTERY,
    "bvco": BVCO,
    "chameo": CHAMEO,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "echem": ECHEM,
    "emmo": EMMO,
    "gpo": GPO,
    "mfg": MANUFACTURING,
    "owl": OWL,
    "pl": PL,
    "plsh": SHAPES,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": SH,
    "skos": SKOS,
    "substance": SUBSTANCE,
    "xsd": XSD,
}

# The EMMO terms of the quantity pattern; their local names are opaque.
HAS_PROPERTY = EMMO + "EMMO_e1097637_70d2_4895_973f_2396f04fa204"
HAS_NUMERICAL_PART = EMMO + "EMMO_8ef3cd6d_ae58_4a8d_9fc0_ad8f49015cd0"
HAS_NUMBER_VALUE = EMMO + "EMMO_faf79f53_749d_40b2_807c_d34244c192f4"
HAS_MEASUREMENT_UNIT = EMMO + "EMMO_bed1d005_b04e_4a90_94cf_02bc678a8569"
HAS_DIMENSION_STRING = EMMO + "EMMO_19d925d0_2cf1_40e5_a391_1a99d68409c9"
REAL_DATA = EMMO + "EMMO_18d180e4_5e3e_42f7_820c_e08951223486"
MEASURED_PROPERTY = EMMO + "EMMO_873b0ab3_88e6_4054_b901_5531e01f14a4"
CONVENTIONAL_PROPERTY = EMMO + "EMMO_d8aa8e1f_b650_416d_88a0_5118de945456"
MODELLED_PROPERTY = EMMO + "EMMO_d0200cf1_e4f4_45ae_873f_b9359daea3cd"
HAS_INPUT = EMMO + "EMMO_36e69413_8c59_4799_946c_10b05d266e22"
HAS_OUTPUT = EMMO + "EMMO_c4bace1d_4db0_4cd3_87e9_18122bae2840"
IS_OUTPUT_OF = EMMO + "EMMO_2bb50428_568d_46e8_b8bf_59a4c5656461"
GPO_HAS_INPUT = GPO + "GPO_703ec528_ea40_486e_9924_b911782b1a75"
GPO_HAS_OUTPUT = GPO + "GPO_8c869b47_a258_43b9_9c75_4285a80a1dfb"
HAS_PARTICIPANT = EMMO + "EMMO_ae2d1a96_bfa1_409a_a7d2_03d69e8a125a"
ELUCIDATION = EMMO + "EMMO_967080e5_2f42_4eb2_a3a9_c58143e835f9"

# Graphs that belong to the store itself rather than to a dataset.
ONTOLOGY_GRAPH = ONTOLOGY
HIERARCHY_GRAPH = GRAPH + "hierarchy"
CATALOGUE_GRAPH = GRAPH + "catalogue"
LINKS_GRAPH = GRAPH + "links"
