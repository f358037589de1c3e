# Seconds that pROC takes for one AUC and its DeLong variance.
suppressPackageStartupMessages(library(pROC))
path <- commandArgs(trailingOnly = TRUE)[1]
scores <- read.csv(path)
elapsed <- system.time({
  curve <- roc(scores$label, scores$score, direction = "<", levels = c(0, 1), quiet = TRUE)
  variance <- var(curve, method = "delong")
})[["elapsed"]]
cat(elapsed, "\n")
