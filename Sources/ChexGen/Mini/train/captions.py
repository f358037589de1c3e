"""The sentences: captions for the training images, and the corpus for the tokenizer. All ours.

Captions are written the way the cleaning of the reference leaves them: lower case, no brackets.
Side and severity words are drawn at random, because the labels do not hold them: the generator
learns to ignore them, and the model card says so. The same goes for race.
"""
import random

RACES = ["white", "black", "asian", "hispanic", "other", "unknown"]

NORMAL = ["no acute cardiopulmonary abnormality.", "no acute cardiopulmonary process.",
          "no acute findings in the chest.", "the lungs are clear.", "normal chest radiograph.",
          "lungs are clear. heart size is normal.", "no acute findings.",
          "no evidence of acute cardiopulmonary disease.", "normal chest.",
          "no lung opacity. no pleural effusion. heart size is normal.",
          "clear lungs. no pleural effusion or pneumothorax."]

OPACITY_POSITIVE = ["lung opacity.", "there is a lung opacity.", "{severity} lung opacity.",
                    "{severity} {side} lung opacity.", "airspace opacity.",
                    "{side} airspace opacities.", "patchy lung opacities.",
                    "findings suggest lung opacity.", "lung opacities are present."]

POSITIVE = {
    "Pneumonia": ["pneumonia.", "findings suggest pneumonia.", "{severity} pneumonia.",
                  "{side} lower lobe pneumonia.", "multifocal pneumonia.",
                  "there is pneumonia.", "opacity consistent with pneumonia."],
    "Effusion": ["pleural effusion.", "there is a pleural effusion.", "{severity} pleural effusion.",
                 "{severity} {side} pleural effusion.", "{severity} bilateral pleural effusions.",
                 "{side} pleural effusion is present.", "pleural effusion is seen."],
    "Cardiomegaly": ["cardiomegaly.", "{severity} cardiomegaly.", "the heart is enlarged.",
                     "enlarged cardiac silhouette.", "there is cardiomegaly.",
                     "{severity} enlargement of the heart."],
    "Infiltration": ["infiltration.", "{side} infiltrate.", "{severity} lung infiltrates.",
                     "there is an infiltrate."],
    "Atelectasis": ["atelectasis.", "{severity} bibasilar atelectasis.", "{side} basilar atelectasis.",
                    "subsegmental atelectasis."],
    "Consolidation": ["consolidation.", "{side} consolidation.", "there is a focal consolidation."],
    "Edema": ["pulmonary edema.", "{severity} pulmonary edema.", "interstitial edema."],
    "Nodule": ["pulmonary nodule.", "{side} lung nodule.", "there is a nodule."],
    "Mass": ["lung mass.", "{side} lung mass.", "there is a mass."],
    "Pneumothorax": ["pneumothorax.", "{severity} {side} pneumothorax.", "there is a pneumothorax."],
    "Pleural_Thickening": ["pleural thickening.", "{side} pleural thickening."],
    "Fibrosis": ["fibrosis.", "pulmonary fibrosis.", "{severity} fibrosis."],
    "Emphysema": ["emphysema.", "{severity} emphysema.", "emphysematous changes."],
    "Hernia": ["hiatal hernia.", "there is a hernia."],
}

NEGATIVE = {
    "Lung Opacity": ["no lung opacity.", "no focal lung opacity.", "no airspace opacity."],
    "Effusion": ["no pleural effusion.", "there is no pleural effusion.", "no effusion."],
    "Cardiomegaly": ["heart size is normal.", "no cardiomegaly.", "the heart is not enlarged."],
    "Pneumonia": ["no pneumonia.", "no evidence of pneumonia.", "no signs of pneumonia."],
    "Pneumothorax": ["no pneumothorax."],
}

SEVERITY = ["small", "mild", "moderate", "large", "severe", "minimal", "subtle"]
SIDES = ["left", "right", "bilateral"]

# Never used in training: they widen the vocabulary so that ordinary reports do not fall apart
# into single letters.
EXTRA = """the cardiomediastinal silhouette is within normal limits. the hilar contours are normal.
there is no free air under the diaphragm. osseous structures are intact. the trachea is midline.
endotracheal tube terminates above the carina. a nasogastric tube is in the stomach.
right internal jugular central venous catheter with tip in the superior vena cava.
low lung volumes with bronchovascular crowding. degenerative changes of the thoracic spine.
unchanged from the prior study. interval increase in the size of the effusion. stable appearance.
recommend clinical correlation and follow up imaging. pacemaker leads in expected position.
status post median sternotomy. aortic calcification. tortuous aorta. vascular congestion.
retrocardiac opacity may represent atelectasis or pneumonia. blunting of the costophrenic angle.
hyperinflated lungs consistent with chronic obstructive pulmonary disease. apical scarring.
the aorta is calcified and unfolded. the mediastinum is widened. multiple nodules are noted in both
lungs. patient with fever cough and shortness of breath. question of aspiration in the lower lung
zone. minimal residual pneumothorax following chest tube removal. findings are suspicious for
malignancy. metastatic disease cannot be excluded. loculated fluid in the fissure. diffuse reticular
opacities suggest interstitial lung disease. bronchiectasis with peribronchial thickening. cavitary
lesion in the apex. lymphadenopathy. granuloma. surgical clips project over the axilla. breast
shadow. scoliosis. osteopenia. emphysematous bullae. congestive heart failure with cephalization.
kerley lines. subcutaneous air. pneumomediastinum. dialysis catheter. tracheostomy tube in place.
linear opacity at the base likely represents scar. slightly increased density is again seen.
asymmetric haziness. layering effusion on the lateral view. consider computed tomography for further
evaluation. new since previous radiograph. resolved. worsening. improving. persistent. decreased.
rib fracture. elevated hemidiaphragm. perihilar haze. ground glass opacities in the upper zones.
portable frontal view of the chest demonstrates improved aeration. compared with the previous exam.
the patient is rotated. technique is limited. covid-19 pneumonia. tuberculosis. interstitial markings."""


def fill(template, rng):
    return template.format(severity=rng.choice(SEVERITY), side=rng.choice(SIDES))


def prefix(female, age, race=None):
    parts = ["sex:female" if female else "sex:male"]
    if age is not None:
        parts.append(f"age:{float(age):.1f}")
    if race is not None:
        parts.append("race:" + race)
    return ", ".join(parts) + "."


def impression(record, rng):
    view = rng.choice(["{v} view.", "{v} view.", "{v} chest radiograph."])
    sentences = [view.format(v=record.view.lower())] if rng.random() < 0.6 else []
    if record.findings == {"No Finding"}:
        sentences.append(rng.choice(NORMAL))
        absent_rate = 0.15
    else:
        named = []
        if record.has("Lung Opacity") and rng.random() < 0.5:
            named.append(fill(rng.choice(OPACITY_POSITIVE), rng))
        for finding in sorted(record.findings):
            # The composite can stand in for its parts, but a caption always names something.
            if not named or rng.random() < 0.8:
                named.append(fill(rng.choice(POSITIVE[finding]), rng))
        rng.shuffle(named)
        sentences += named[:3]
        absent_rate = 0.25
    absent = [f for f in NEGATIVE if not record.has(f)]
    rng.shuffle(absent)
    for finding in absent:
        # At most about fifty tokens in total; longer captions would be cut.
        if rng.random() < absent_rate and sum(len(s.split()) for s in sentences) < 14:
            sentences.append(rng.choice(NEGATIVE[finding]))
    return " ".join(sentences)


def caption(record, rng):
    """One random caption for an image."""
    chance = rng.random()
    race = rng.choice(RACES) if rng.random() < 0.35 else None
    age = None if chance < 0.08 else record.age
    if chance > 0.95:
        return impression(record, rng)
    return prefix(record.female, age, race) + " " + impression(record, rng)


class Fake:
    """A record with invented values, for the tokenizer's corpus."""

    def __init__(self, rng):
        self.female, self.view = rng.random() < 0.5, rng.choice(["PA", "AP"])
        self.age = float(rng.randrange(0, 100))
        count = rng.choice([0, 1, 1, 2, 3])
        self.findings = set(rng.sample(sorted(POSITIVE), count)) or {"No Finding"}

    def has(self, finding):
        import data
        if finding == "Lung Opacity":
            return bool(self.findings & data.OPACITY)
        return finding in self.findings


def corpus(seed=5, count=6000):
    rng = random.Random(seed)
    lines = [caption(Fake(rng), rng) for _ in range(count)]
    extra = [line.strip() for line in EXTRA.replace("\n", " ").split(".") if line.strip()]
    return lines + [line + "." for line in extra] * 12
