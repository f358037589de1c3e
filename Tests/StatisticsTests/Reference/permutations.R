# Expected numbers of PermutationReferenceTests.swift, by R with coin (Debian's package).
#
# Rscript permutations.R > permutations.txt
suppressMessages(library(coin))
cat(R.version.string, "coin", as.character(packageVersion("coin")), "\n")
show <- function(name, value) cat(name, sprintf("%.15g", as.numeric(value)), "\n")

# By the minimal standard generator.
state <- 20261129
uniform <- function() {
  state <<- (state * 16807) %% 2147483647
  state / 2147483647
}

# Signed ranks: differences of 26 pairs without ties, and of 80 in steps of a quarter with ties and zeros.
signed <- function(name, differences, distribution) {
  pairs <- data.frame(x = differences, y = 0)
  test <- wilcoxsign_test(x ~ y, pairs, zero.method = "Wilcoxon", distribution = distribution)
  show(paste(name, distribution), pvalue(test))
}
smooth <- sapply(1:26, function(k) uniform() + uniform() - 0.8)
coarse <- sapply(1:80, function(k) floor(4 * (uniform() + uniform() - 0.8)) / 4)
show("smooth sum", sum(smooth))
show("coarse sum", sum(coarse))
signed("signed ranks smooth", smooth, "exact")
signed("signed ranks smooth", smooth, "asymptotic")
signed("signed ranks coarse", coarse, "asymptotic")
few <- coarse[1:18]
signed("signed ranks few", few, "exact")

# Decisions of 40 base cases in three arms: Cochran's Q, and McNemar's test of the first two.
decisions <- t(sapply(1:40, function(k) {
  shared <- uniform()
  sapply(1:3, function(arm) as.numeric(0.6 * shared + 0.4 * uniform() + 0.08 * arm > 0.62))
}))
long <- data.frame(
  y = factor(as.vector(decisions)), arm = factor(rep(1:3, each = 40)),
  case = factor(rep(1:40, 3)))
all <- mh_test(y ~ arm | case, long, distribution = "asymptotic")
show("positive decisions", sum(decisions))
show("Q", statistic(all))
show("Q asymptotic", pvalue(all))
two <- droplevels(subset(long, arm != 3))
show("McNemar exact", pvalue(mh_test(y ~ arm | case, two, distribution = "exact")))
show("McNemar asymptotic", pvalue(mh_test(y ~ arm | case, two, distribution = "asymptotic")))

# Two groups' rates: the permutation distribution of the number of positives in the first, as Fisher's.
rate <- function(name, x, n, y, m) {
  d <- data.frame(
    y = c(rep(1:0, c(x, n - x)), rep(1:0, c(y, m - y))), group = factor(rep(1:2, c(n, m))))
  for (side in c("less", "greater")) {
    # coin asks whether the first group's numbers are less, or greater.
    test <- oneway_test(y ~ group, d, distribution = "exact", alternative = side)
    show(paste(name, side), pvalue(test))
  }
}
rate("rates 1 of 12, 9 of 30", 1, 12, 9, 30)
rate("rates 11 of 12, 20 of 30", 11, 12, 20, 30)
