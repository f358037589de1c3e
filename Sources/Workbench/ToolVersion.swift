/// The version that reports and images carry.
package let toolVersion = "0.1.0"
