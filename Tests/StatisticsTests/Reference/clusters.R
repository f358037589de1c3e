# Expected numbers of ClusterReferenceTests.swift, by R with clubSandwich and multcomp (Debian's packages).
#
# Rscript clusters.R > clusters.txt
suppressMessages({library(clubSandwich); library(multcomp)})
versions <- sapply(c("clubSandwich", "multcomp"), function(p) as.character(packageVersion(p)))
cat(R.version.string, paste(names(versions), versions), "\n")
show <- function(name, value) cat(name, sprintf("%.15g", value), "\n")

# 45 clusters of 1 to 8 cases whose scores resemble each other, by the minimal standard generator.
state <- 20261128
uniform <- function() {
  state <<- (state * 16807) %% 2147483647
  state / 2147483647
}
d <- do.call(rbind, lapply(0:44, function(k) {
  shared <- uniform()
  size <- 1 + floor(8 * uniform()^2)
  do.call(rbind, lapply(seq_len(size), function(i) {
    y <- uniform() < 0.2 + 0.4 * shared
    data.frame(k = k, y = as.numeric(y), p = 0.05 + 0.6 * (0.4 * shared + 0.3 * uniform() + 0.3 * y))
  }))
}))
d$x <- qlogis(d$p)
show("cases", nrow(d))

# The bias-reduced linearisation of a logistic fit is that of least squares in its working variables.
fit <- glm(y ~ x, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100))
w <- sqrt(fitted(fit) * (1 - fitted(fit)))
working <- data.frame(
  z = w * (predict(fit) + (d$y - fitted(fit)) / w^2), one = w, x = w * d$x)
linear <- lm(z ~ 0 + one + x, working)
show("slope", coef(fit)[["x"]])
show("CR2 standard error of the slope", sqrt(vcovCR(linear, cluster = d$k, type = "CR2")["x", "x"]))

# Five groups, each against all others: estimates and covariances of the ten, single step and step down.
shares <- c(0.7, 0.2, 0.05, 0.03, 0.02)
values <- c(0.84, 0.85, 0.79, 0.93, 0.80)
variances <- 0.00002 / shares
others <- t(sapply(1:5, function(g) { v <- shares; v[g] <- 0; v / sum(v) }))
contrast <- diag(5) - others
set.seed(1)
model <- glht(parm(values, diag(variances)), contrast)
alone <- summary(model, test = adjusted("none"))
single <- summary(model, test = adjusted("single-step", abseps = 1e-7, maxpts = 5e6))
down <- summary(model, test = adjusted("free", abseps = 1e-7, maxpts = 5e6))
for (g in 1:5) {
  show(paste("z", g), alone$test$tstat[g])
  show(paste("p", g), alone$test$pvalues[g])
  show(paste("single step", g), single$test$pvalues[g])
  show(paste("step down", g), down$test$pvalues[g])
}
