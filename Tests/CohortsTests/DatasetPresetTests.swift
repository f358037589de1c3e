import AuditModel
import Basics
import Cohorts
import Foundation
import Testing

/// Every preset reads a small table of our own making in the layout that its data set publishes.
@Suite struct DatasetPresetTests {
  private func cohort(_ dataset: String, files: [String: String], keys: String = "") throws
    -> RealCohort
  {
    let folder = NSTemporaryDirectory() + "preset-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in files {
      let path = folder + "/" + name
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
    let cluster = ["vindr-cxr", "rsna-pneumonia", "siim"].contains(dataset) ? "image" : "patient"
    let specification = try loadSpecification(
      from: """
        { "schema": "audit-spec/1", "name": "t", "classifiers": [{ "name": "m", "scores": "s.csv" }],
          "real": { "dataset": "\(dataset)"\(keys) }, "analysis": { "cluster": "\(cluster)" } }
        """, path: "spec.json", directory: folder)
    let real = try #require(specification.real)
    return try RealCohort(real, resolve: specification.resolve, defaultFindings: [])
  }

  private func labels(_ cohort: RealCohort, _ finding: String) throws -> [Bool?] {
    let place = try #require(cohort.findings.firstIndex(of: finding))
    return cohort.cases.map { $0.labels[place] }
  }

  private static let chexpert =
    "No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,"
    + "Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices"

  @Test func nih14() throws {
    let read = try cohort(
      "nih14",
      files: [
        "Data_Entry_2017_v2020.csv":
          "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,"
          + "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n"
          + "00000001_000.png,Cardiomegaly|Emphysema,0,1,58,M,PA,2682,2749,0.143,0.143,\n"
          + "00000001_001.png,No Finding,1,1,058Y,M,PA,2682,2749,0.143,0.143,\n"
          + "00000002_000.png,Effusion,0,2,414,F,AP,2682,2749,0.143,0.143,\n"
      ])
    #expect(read.findings.count == 14 && read.cases.map(\.patient) == ["1", "1", "2"])
    #expect(try labels(read, "Cardiomegaly") == [true, false, false])
    #expect(try labels(read, "Effusion") == [false, false, true])
    #expect(read.valueMappings.contains { $0.value == "impossible ages" && $0.rows == 1 })
  }

  @Test func chexpert() throws {
    let read = try cohort(
      "chexpert",
      files: [
        "CheXpert-v1.0-small/valid.csv":
          "Path,Sex,Age,Frontal/Lateral,AP/PA,\(Self.chexpert)\n"
          + "CheXpert-v1.0-small/valid/patient64541/study1/view1_frontal.jpg,Male,73,Frontal,AP,0.0,1.0,-1.0,,0,0,0,0,0,0,1,0,0,0\n"
          + "CheXpert-v1.0-small/valid/patient64541/study1/view2_lateral.jpg,Male,73,Lateral,,0.0,1.0,1.0,,0,0,0,0,0,0,0,0,0,0\n"
          + "CheXpert-v1.0-small/valid/patient64542/study1/view1_frontal.jpg,Female,70,Frontal,PA,1.0,,,,,,,,,,,,,\n"
      ])
    #expect(read.cases.map(\.patient) == ["patient64541", "patient64542"])
    #expect(try labels(read, "Cardiomegaly") == [nil, false])
    #expect(try labels(read, "Pleural Effusion") == [true, false])
  }

  @Test func mimic() throws {
    let files = [
      "mimic-cxr-2.0.0-metadata.csv.gz":
        "dicom_id,subject_id,study_id,ViewPosition,Rows,Columns,StudyDate,StudyTime\n"
        + "aa,10000032,50414267,PA,3056,2544,21800506,213014.531\n"
        + "bb,10000032,50414267,LATERAL,3056,2544,21800506,213014.531\n"
        + "cc,10000764,57375967,AP,3056,2544,21321015,83032.2\n"
        + "dd,10000898,50771383,AP,3056,2544,21880803,83032.2\n",
      "mimic-cxr-2.0.0-split.csv.gz":
        "dicom_id,study_id,subject_id,split\naa,50414267,10000032,test\nbb,50414267,10000032,test\n"
        + "cc,57375967,10000764,test\ndd,50771383,10000898,train\n",
      "mimic-cxr-2.0.0-chexpert.csv.gz":
        "subject_id,study_id,\(Self.chexpert)\n10000032,50414267,1.0,,,,,,,,,,,,,\n"
        + "10000764,57375967,,,1.0,,,-1.0,,,,,0.0,,,\n",
      "patients.csv.gz":
        "subject_id,gender,anchor_age,anchor_year,anchor_year_group,dod\n10000032,F,52,2180,2014 - 2016,\n"
        + "10000764,M,86,2130,2011 - 2013,\n",
      "admissions.csv.gz":
        "subject_id,hadm_id,race\n10000032,1,WHITE\n10000032,2,WHITE\n10000764,3,WHITE\n10000764,4,UNKNOWN\n",
    ]
    let read = try cohort("mimic-cxr-jpg", files: files)
    #expect(read.cases.map(\.image) == ["aa", "cc"])
    #expect(read.cases[0].file == "p10/p10000032/s50414267/aa.jpg")
    #expect(try labels(read, "Cardiomegaly") == [false, true])
    #expect(try labels(read, "Edema") == [false, nil])
    #expect(read.cases.map { $0.attributes["age"].flatMap(Double.init) } == [52, 88])
    #expect(read.cases.map { $0.attributes["race"] } == ["WHITE", nil])
    #expect(read.notes.contains { $0.contains("'race'") && $0.contains("several") })
    let few = try cohort("mimic-cxr-jpg", files: files, keys: ", \"findings\": [\"Edema\"]")
    #expect(few.findings == ["Edema"])
    let missing = #expect(throws: AuditFailure.self) {
      try cohort("mimic-cxr-jpg", files: files.filter { $0.key != "patients.csv.gz" })
    }
    #expect(missing?.message.contains("patients.csv.gz") == true)
  }

  @Test func padchest() throws {
    let read = try cohort(
      "padchest",
      files: [
        "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv":
          ",ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,Projection,Labels\n"
          + "0,a.png,0,20140915,s1,839860488694292331637988235681460987,1930.0,F,PA,\"['emphysema', 'cardiomegaly']\"\n"
          + "1,b.png,36,20140915,s2,313572750430997347502932654319389875966,1929.0,M,AP,['normal']\n"
          + "2,c.png,36,20140915,s3,313572750430997347502932654319389875967,,M,PA,\n"
          + "3,d.png,36,20140915,s4,4,1990,M,L,['cardiomegaly']\n"
      ])
    #expect(read.cases.map(\.image) == ["a.png", "b.png", "c.png"])
    #expect(read.cases.map(\.file) == ["0/a.png", "36/b.png", "36/c.png"])
    #expect(try labels(read, "Cardiomegaly") == [true, false, nil])
    #expect(try labels(read, "Emphysema") == [true, false, nil])
    #expect(try labels(read, "Pulmonary Edema") == [false, false, nil])
    #expect(read.cases.map { $0.attributes["age"].flatMap(Double.init) } == [84, 85, nil])
  }

  @Test func vindr() throws {
    let findings =
      "Aortic enlargement,Atelectasis,Calcification,Cardiomegaly,Clavicle fracture,Consolidation,Edema,"
      + "Emphysema,Enlarged PA,ILD,Infiltration,Lung Opacity,Lung cavity,Lung cyst,Mediastinal shift,"
      + "Nodule/Mass,Pleural effusion,Pleural thickening,Pneumothorax,Pulmonary fibrosis,Rib fracture,"
      + "Other lesion,COPD,Lung tumor,Pneumonia,Tuberculosis,Other diseases,No finding"
    let width = findings.split(separator: ",").count
    func row(_ reader: String, _ positive: Int) -> String {
      "i1,\(reader)," + (0..<width).map { $0 == positive ? "1" : "0" }.joined(separator: ",") + "\n"
    }
    let read = try cohort(
      "vindr-cxr",
      files: [
        "annotations/image_labels_train.csv": "image_id,rad_id,\(findings)\n" + row("R1", 3)
          + row("R2", 3) + row("R3", 27)
      ])
    #expect(read.cases.count == 1 && !read.hasPatients)
    #expect(try labels(read, "Cardiomegaly") == [true])
    #expect(try labels(read, "No finding") == [false])
    #expect(read.findings.contains("Nodule or Mass"))
  }

  @Test func rsna() throws {
    let read = try cohort(
      "rsna-pneumonia",
      files: [
        "stage_2_train_labels.csv":
          "patientId,x,y,width,height,Target\nu1,,,,,0\nu2,264,152,213,379,1\nu2,562,152,256,453,1\n"
      ])
    #expect(read.cases.map(\.image) == ["u1", "u2"])
    #expect(try labels(read, "Pneumonia") == [false, true])
  }

  @Test func brax() throws {
    let read = try cohort(
      "brax",
      files: [
        "master_spreadsheet_update.csv":
          "DicomPath,PngPath,PatientID,PatientSex,PatientAge,AccessionNumber,StudyDate,\(Self.chexpert),ViewPosition,Rows,Columns,Manufacturer\n"
          + "d1,images/a.png,id_1,M,85 or more,Acc1,20080101,0,0,1,0,0,0,0,0,0,0,-1,0,0,0,PA,2800,2400,1\n"
          + "d2,images/b.png,id_1,M,60,Acc1,20080101,0,0,1,0,0,0,0,0,0,0,,0,0,0,LL,2800,2400,1\n"
          + "d3,images/c.png,id_2,F,40,Acc2,20080101,0,0,0,0,0,0,0,0,0,0,,0,0,0,AP,2800,2400,1\n"
      ])
    #expect(read.cases.map { $0.attributes["age"].flatMap(Double.init) } == [85, 40])
    #expect(try labels(read, "Pleural Effusion") == [nil, false])
  }

  @Test func siim() throws {
    let read = try cohort(
      "siim",
      files: [
        "train-rle.csv": "ImageId, EncodedPixels\nu1, -1\nu2,557374 2 1015 8\nu2,709 6 1006 25\n"
      ])
    #expect(read.cases.map(\.image) == ["u1", "u2"])
    #expect(try labels(read, "Pneumothorax") == [false, true])
  }

  @Test func aKeyOfTheSpecReplacesThePresets() throws {
    let read = try cohort(
      "rsna-pneumonia", files: ["mine.csv": "who,Target\nu1,0\nu2,1\n"],
      keys: ", \"table\": \"mine.csv\", \"images\": \"i/\", \"columns\": { \"image\": \"who\" }")
    #expect(try labels(read, "Pneumonia") == [false, true])
  }

  @Test(arguments: DatasetPreset.names)
  func everyPresetNamesItsSource(_ name: String) throws {
    let text = try DatasetPreset.text(of: name)
    #expect(
      text.contains("Source") && text.contains("\"real\": {") && text.contains("\"analysis\""))
  }

  @Test func anUnknownDataSetNamesTheNearest() {
    let failure = #expect(throws: AuditFailure.self) { try cohort("chexprt", files: [:]) }
    #expect(failure?.message.contains("real.dataset must be one of") == true)
    #expect(failure?.message.contains("did you mean \"chexpert\"?") == true)
  }
}
